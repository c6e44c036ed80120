"""What people want by mail, and the token by which one click says no to a kind."""

from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.urls import reverse
from django.utils import translation

from lms.accounts.models import User
from lms.community.models import MailPreference
from lms.core.registries import MailKind, registries

# Of its own: a token made for anything else does not open this, nor this anything else. It does not expire: a mail
# of last year must still be able to stop the next one.
SALT = "lms.community.stop-mails"
TOKEN_LIMIT = 200


@dataclass(frozen=True, slots=True)
class Choice:
    """A kind of mail as one person sees it."""

    kind: MailKind
    wanted: bool

    @property
    def field(self) -> str:
        """The name of its box in the form; a dot is none."""
        return self.kind.name.replace(".", "-")


def choices_of(user: User) -> list[Choice]:
    """Every kind that concerns the person, in the order of the packages."""
    chosen = dict(MailPreference.objects.filter(user=user).values_list("kind", "wanted"))
    return [
        Choice(kind, kind.mandatory or chosen.get(kind.name, kind.default))
        for kind in registries.mail_kinds.values()
        if kind.concerns(user)
    ]


def wanted_by(user: User, kind: MailKind) -> bool:
    row = MailPreference.objects.filter(user=user, kind=kind.name).first()
    return row.wanted if row else kind.default


def wanted_at(recipient: str, kind: MailKind) -> bool:
    """Whether mails of a kind go to this address; an address without an account has chosen nothing."""
    row = MailPreference.objects.filter(user__email__iexact=recipient, kind=kind.name).first()
    if row:
        return row.wanted
    return kind.default or not User.objects.filter(email__iexact=recipient).exists()


def stop_token(user_id: int, kind: str) -> str:
    """A signed word for one person and one kind (HMAC-SHA256: nobody makes one up)."""
    return signing.Signer(salt=SALT).sign_object([user_id, kind])


def read_token(token: str) -> tuple[User, MailKind] | None:
    """Whom and what a token is about; None for one that is unknown, altered, mandatory or of nobody any more."""
    if len(token) > TOKEN_LIMIT:
        return None
    try:
        data: Any = signing.Signer(salt=SALT).unsign_object(token)
    except signing.BadSignature:
        return None
    user = User.objects.filter(pk=data[0], is_active=True).first()
    kind = registries.mail_kinds.get(data[1])
    if user is None or kind is None or kind.mandatory:
        return None
    return user, kind


def stop_address(recipient: str, kind: MailKind, language: str) -> str:
    """The path where one click stops the kind for the owner of this address; "" without an account."""
    user_id = User.objects.filter(email__iexact=recipient).values_list("pk", flat=True).first()
    if user_id is None:
        return ""
    with translation.override(language):
        return reverse("community:stop", args=[stop_token(user_id, kind.name)])


def page_address(language: str) -> str:
    with translation.override(language):
        return reverse("community:preferences")
