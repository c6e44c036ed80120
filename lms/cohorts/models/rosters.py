import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lms.cohorts.choices import RosterStatus
from lms.cohorts.models.cohort import Cohort
from lms.core.models import TimestampedModel


class RosterImport(TimestampedModel):
    """A file of people on its way into a cohort; the file itself is kept for a day at most.

    `counts` has the lines by `LineState`, `wanted` the seats asked for by pool ("": open to all), `outcome`
    what was done at the end.
    """

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="rosters")
    by = models.ForeignKey("accounts.User", null=True, on_delete=models.SET_NULL, related_name="+")
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    file_name = models.CharField(_("file"), max_length=200)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    status = models.CharField(
        _("status"), max_length=12, choices=RosterStatus, default=RosterStatus.READING
    )
    job = models.ForeignKey(
        "core.Job", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    encoding = models.CharField(max_length=20, blank=True)
    separator = models.CharField(max_length=1, blank=True)
    ignored = models.JSONField(default=list, blank=True)
    counts = models.JSONField(default=dict, blank=True)
    wanted = models.JSONField(default=dict, blank=True)
    fault = models.TextField(blank=True)
    committed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("imported roster")
        verbose_name_plural = _("imported rosters")
        ordering = ["-created_at", "-pk"]

    def __str__(self):
        return f"{self.cohort} · {self.file_name}"

    @property
    def lines(self) -> int:
        return sum(self.counts.values())

    @property
    def file(self) -> str:
        """The name in the private storage `uploads`."""
        return f"rosters/{self.key}.csv"

    @property
    def judged_file(self) -> str:
        return f"rosters/{self.key}.jsonl"

    @property
    def ended(self) -> bool:
        return self.status in (RosterStatus.DONE, RosterStatus.FORGOTTEN)

    @property
    def age(self):
        return timezone.now() - self.created_at
