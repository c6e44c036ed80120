"""The state of a cohort set by hand, with a reason, and given back to its dates."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from lms.accounts.models import User
from lms.cohorts.choices import OVERRIDABLE
from lms.cohorts.models import Cohort
from lms.core.errors import DomainError


def override_phase(
    *,
    cohort: Cohort,
    phase: str,
    reason: str,
    by: User | None,
    until: date | None = None,
    at: datetime | None = None,
) -> Cohort:
    """Set the state of an opened cohort from today on, to `until` (included) or as `override_last_day` says.

    The same again changes nothing. Refused with `cohort_not_open`, `cohort_cancelled`, `unknown_phase`,
    `reason_missing`, `until_passed`.
    """
    today = timezone.localdate(at)
    reason = " ".join(reason.split())
    if phase not in dict(OVERRIDABLE):
        raise DomainError(_("Choose one of the states."), "unknown_phase")
    if not reason:
        raise DomainError(_("Say why: the reason is kept."), "reason_missing")
    with transaction.atomic():
        cohort = _opened(cohort)
        before = cohort.phase_on(today)
        same = (cohort.override_phase, cohort.override_reason, cohort.override_until)
        if same == (phase, reason, until) and cohort.overridden_on(today):
            return cohort
        cohort.override_phase, cohort.override_reason = phase, reason
        cohort.override_on, cohort.override_until = today, until
        cohort.override_by = by
        if not cohort.overridden_on(today):
            raise DomainError(
                _("This state would be over already: choose a later day."), "until_passed"
            )
        cohort.save(update_fields=[*FIELDS, "updated_at"])
        log(
            cohort,
            "cohorts.override_phase",
            user=by,
            data={
                "phase": phase,
                "before": before,
                "reason": reason,
                "until": until and until.isoformat(),
            },
        )
    return cohort


def lift_override(*, cohort: Cohort, by: User | None, at: datetime | None = None) -> Cohort:
    """Let the dates decide again; again changes nothing."""
    today = timezone.localdate(at)
    with transaction.atomic():
        cohort = Cohort.objects.select_for_update().get(pk=cohort.pk)
        if not cohort.override_phase:
            return cohort
        taken_back = cohort.override_phase
        cohort.override_phase = cohort.override_reason = ""
        cohort.override_on = cohort.override_until = cohort.override_by = None
        cohort.save(update_fields=[*FIELDS, "updated_at"])
        data = {"phase": cohort.phase_on(today), "before": taken_back}
        log(cohort, "cohorts.lift_override", user=by, data=data)
    return cohort


FIELDS = ["override_phase", "override_reason", "override_on", "override_until", "override_by"]


def _opened(cohort: Cohort) -> Cohort:
    cohort = Cohort.objects.select_for_update().get(pk=cohort.pk)
    if cohort.cancelled_at:
        raise DomainError(_("This cohort was cancelled."), "cohort_cancelled")
    if not cohort.opened_at:
        raise DomainError(_("This cohort is not open."), "cohort_not_open")
    return cohort
