"""Who may. Certificates are issued and revoked by administrators; holders read their own."""

from certificates.models import Certificate
from lms.accounts.choices import Role
from lms.accounts.models import User


def may_issue(user: User, obj: object = None) -> bool:
    """Issues, revokes, supersedes, reads the register and its settings: administrators."""
    return user.has_role(Role.ADMINISTRATOR)


def may_download(user: User, certificate: Certificate | None) -> bool:
    """The file: its holder and administrators."""
    if certificate is None:
        return False
    return certificate.enrolment.user_id == user.pk or may_issue(user)
