"""The kinds of mail that this package sends, as people choose among them."""

from django.utils.translation import gettext_lazy as _

from lms.accounts.choices import Role
from lms.core.registries import MailKind, register_mail_kind

KINDS = (
    MailKind(
        "curriculum.review",
        _("The committee’s review"),
        _("What waits for your decision, and what was decided on your pages."),
        concerns=lambda user: user.has_role(Role.COMMITTEE, Role.INSTRUCTOR, Role.ADMINISTRATOR),
    ),
    MailKind(
        "curriculum.translations",
        _("Translations"),
        _("When the translation that you asked for is ready."),
        concerns=lambda user: user.has_role(Role.INSTRUCTOR, Role.ADMINISTRATOR),
    ),
)


def register() -> None:
    for kind in KINDS:
        register_mail_kind(kind)
