"""Who works in a cohort, as what, until which day (included)."""

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from lms.accounts.models import User
from lms.cohorts.choices import StaffFunction
from lms.cohorts.models import Cohort, CohortStaff
from lms.core.errors import DomainError


def assign_staff(
    *, cohort: Cohort, user: User, function: str, by: User | None, until: date | None = None
) -> CohortStaff:
    """Give a person a function in the cohort (`choices.StaffFunction`), to a day (included) or for good.

    Refused with `inspector_needs_end`: whoever inspects comes from outside, and for a time.
    """
    if function == StaffFunction.INSPECTOR and until is None:
        raise DomainError(
            _("An inspector needs an end: say until which day."), "inspector_needs_end"
        )
    with transaction.atomic():
        row, _made = CohortStaff.objects.update_or_create(
            cohort=cohort, user=user, function=function, defaults={"until": until}
        )
        _log(row, "cohorts.assign_staff", by)
    return row


def end_staff(*, row: CohortStaff, until: date, by: User | None) -> CohortStaff:
    """Say the last day (included) of a person's function; a day that has passed ends it at once.

    The same day again changes nothing.
    """
    with transaction.atomic():
        row = CohortStaff.objects.select_for_update().get(pk=row.pk)
        if row.until != until:
            row.until = until
            row.save(update_fields=["until", "updated_at"])
            _log(row, "cohorts.end_staff", by)
    return row


def remove_staff(*, row: CohortStaff, by: User | None) -> None:
    """Take away a function that was given by mistake; the log keeps it. Again changes nothing.

    With their last one the person is taken off the sessions that are not over, whose register would stay theirs.
    """
    with transaction.atomic():
        found = CohortStaff.objects.select_for_update().filter(pk=row.pk).first()
        if found:
            _log(found, "cohorts.remove_staff", by)
            found.delete()
            _leave_sessions(found.cohort, found.user)


def _leave_sessions(cohort: Cohort, user: User) -> None:
    if cohort.staff.filter(user=user).exists():
        return
    coming = cohort.sessions.filter(teachers=user, ends_at__gt=timezone.now())
    for session in coming:
        session.teachers.remove(user)
    for planned in cohort.planned_sessions.filter(teachers=user):
        planned.teachers.remove(user)


def _log(row: CohortStaff, action: str, by: User | None) -> None:
    until = row.until and row.until.isoformat()
    data = {"user": row.user_id, "function": row.function, "until": until}
    log(row.cohort, action, user=by, data=data)
