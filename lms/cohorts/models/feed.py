import hashlib

from django.db import models
from django.utils.translation import gettext_lazy as _

from lms.core.models import TimestampedModel


class CalendarFeed(TimestampedModel):
    """The secret address of a person's calendar; only the hash of its token is kept.

    The row stays when the address is taken back (`token_hash` None): `serial` grows with every change, so
    that a form sent again from an old page brings no old address back.
    """

    user = models.OneToOneField(
        "accounts.User", on_delete=models.CASCADE, related_name="calendar_feed"
    )
    token_hash = models.CharField(max_length=64, unique=True, null=True, blank=True)
    serial = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField(_("made at"), null=True, blank=True)
    last_read_on = models.DateField(_("last read on"), null=True, blank=True)

    class Meta:
        verbose_name = _("calendar address")
        verbose_name_plural = _("calendar addresses")

    def __str__(self):
        return f"#{self.pk}"

    @staticmethod
    def hash_of(token: str) -> str:
        """Of a token of 192 random bits: it needs no salt and no slow hash."""
        return hashlib.sha256(token.encode()).hexdigest()
