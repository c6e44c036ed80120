from django.db import models
from django.utils.translation import gettext_lazy as _

from lms.cohorts.choices import PoolKind
from lms.cohorts.models.cohort import Cohort
from lms.core.models import TimestampedModel


class SeatPool(TimestampedModel):
    """Seats of a cohort kept for one kind of people; those of no pool are open to all.

    A pool that is no longer wanted stays with no seats: people have applied to it.
    """

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="pools")
    kind = models.CharField(_("kept for"), max_length=20, choices=PoolKind)
    seats = models.PositiveSmallIntegerField(_("seats"), default=0)

    class Meta:
        verbose_name = _("seat pool")
        verbose_name_plural = _("seat pools")
        ordering = ["cohort", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["cohort", "kind"],
                name="a_cohort_has_one_pool_of_a_kind",
                violation_error_message=_("This cohort already has such a pool."),
            )
        ]

    def __str__(self):
        return f"{self.cohort_id} · {self.get_kind_display()}"
