"""Tables without a domain: the abstract base of ours, the outgoing mail, the record of long work."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class TimestampedModel(models.Model):
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    class Meta:
        abstract = True


class OutboundMail(TimestampedModel):
    """A mail that is sent once: `key` names the occasion, so that asking twice makes one mail.

    The text is rendered by the task and not kept; `context` holds plain JSON only.
    """

    key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=60, default="")
    recipient = models.EmailField()
    language = models.CharField(max_length=5, choices=settings.LANGUAGES, default="it")
    template = models.CharField(max_length=100)
    context = models.JSONField(default=dict)
    attempts = models.PositiveSmallIntegerField(default=0)
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    # Not wanted by the person, or without an object any more: neither sent nor failed.
    skipped_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)

    class Meta:
        verbose_name = _("outgoing mail")
        verbose_name_plural = _("outgoing mails")
        indexes = [models.Index(fields=["recipient"], name="mail_recipient")]

    def __str__(self):
        return f"{self.key} → {self.recipient}"


class Job(TimestampedModel):
    """Long work that can be left and found again: what it is, how far it is, how it ended."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    kind = models.CharField(max_length=60)
    # No foreign key: `core` stands below `accounts` in the line.
    started_by_id = models.BigIntegerField(null=True, blank=True, db_index=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.WAITING)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    data = models.JSONField(default=dict, blank=True)
    error = models.TextField(blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")

    def __str__(self):
        return f"{self.kind} #{self.pk}"

    @property
    def percent(self) -> int:
        return min(100, self.done * 100 // self.total) if self.total else 0
