from django.db import models
from django.utils.translation import gettext_lazy as _

from lms.core.models import TimestampedModel


class MailPreference(TimestampedModel):
    """What a person chose about a kind of mail (`registries.mail_kinds`); no row: the kind's default."""

    user = models.ForeignKey(
        "accounts.User", on_delete=models.CASCADE, related_name="mail_preferences"
    )
    kind = models.CharField(_("kind"), max_length=60)
    wanted = models.BooleanField(_("wanted"))

    class Meta:
        verbose_name = _("mail preference")
        verbose_name_plural = _("mail preferences")
        ordering = ["user", "kind"]
        constraints = [
            models.UniqueConstraint(fields=["user", "kind"], name="a_person_chooses_a_kind_once")
        ]

    def __str__(self):
        return f"{self.user_id} · {self.kind}"


class Reminder(TimestampedModel):
    """That a person was reminded of something, so that nobody is reminded of it twice.

    `key` names the thing and the day on which it falls: a session that moves to another day is another one.
    """

    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="reminders")
    key = models.CharField(max_length=120)

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "key"], name="a_person_is_reminded_of_a_thing_once"
            )
        ]

    def __str__(self):
        return f"{self.user_id} · {self.key}"
