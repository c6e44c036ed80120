import hashlib
import secrets
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lms.accounts.choices import Role
from lms.core.models import TimestampedModel

if TYPE_CHECKING:
    from lms.accounts.models import User

TOKEN_BYTES = 32  # 256 random bits: the link alone opens the invitation


def token_digest(token: str) -> str:
    """What is stored of a token: its SHA-256, in hexadecimal."""
    return hashlib.sha256(token.encode()).hexdigest()


class InvitationQuerySet(models.QuerySet):
    def open(self):
        """Neither accepted nor revoked, and not expired."""
        return self.filter(accepted_at=None, revoked_at=None, expires_at__gt=timezone.now())

    def for_token(self, token: str) -> "Invitation | None":
        """The open invitation of this token; None if unknown, used, revoked or expired."""
        rows = self.open().select_related("person")
        return rows.filter(token_hash=token_digest(token)).first()


class Invitation(TimestampedModel):
    """A person asked to join with certain roles. The token lives in the mail only, here its digest."""

    email = models.EmailField(_("e-mail address"))
    roles = models.JSONField(_("roles"), default=list, blank=True)
    language = models.CharField(
        _("language"), max_length=5, choices=settings.LANGUAGES, default="it"
    )
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(
        "accounts.User",
        verbose_name=_("invited by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    # An account that was made for somebody (a roster, an organisation) and waits for its password.
    person = models.ForeignKey(
        "accounts.User", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    expires_at = models.DateTimeField(_("valid until"))
    accepted_at = models.DateTimeField(_("accepted at"), null=True, blank=True)
    accepted_by = models.ForeignKey(
        "accounts.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                condition=Q(accepted_at=None, revoked_at=None),
                name="one_open_invitation_per_address",
                violation_error_message=_("This address has an open invitation already."),
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None) | Q(revoked_at=None),
                name="an_invitation_is_accepted_or_revoked",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")),
                name="an_invitation_ends_after_it_is_made",
            ),
        ]

    def __str__(self):
        return self.email

    @staticmethod
    def new_token() -> str:
        return secrets.token_urlsafe(TOKEN_BYTES)

    @property
    def role_labels(self) -> list[str]:
        return [Role(role).label for role in self.roles if role in Role.values]

    @property
    def awaiting(self) -> "User | None":
        """The account that waits for this invitation's owner; None once it has a password or is closed.

        None too if it has got another address since: whoever reads the old one does not come into it.
        """
        person = self.person
        if person is None or not person.is_active or person.has_usable_password():
            return None
        if person.email.lower() != self.email.lower():
            return None
        return person

    @property
    def expired(self) -> bool:
        return self.expires_at <= timezone.now()
