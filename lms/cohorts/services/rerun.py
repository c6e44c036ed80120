"""A new cohort after the model of an old one."""

from collections.abc import Iterable
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from lms.accounts.models import User
from lms.cohorts.choices import Mode, StaffFunction
from lms.cohorts.models import Cohort, CohortStaff
from lms.cohorts.models.cohort import cohort_code
from lms.cohorts.services.application_form import copy_form
from lms.cohorts.services.planning import Meeting, lay_sessions
from lms.cohorts.services.seats import set_seats
from lms.cohorts.summary.plan import NoDaysLeft
from lms.cohorts.summary.replanning import Shift, module_key, rerun_of
from lms.core.errors import DomainError

# What a new cohort takes over as it is.
SAME = (
    "course", "seats", "mode", "place", "attendance_threshold", "threshold_basis", "denominator",
    "excused_leave_denominator", "grace_minutes",
)  # fmt: skip


def rerun_cohort(
    *,
    source: Cohort,
    code: str,
    starts_on: date,
    by: User | None,
    staff: Iterable[CohortStaff] = (),
    link: str = "",
) -> Cohort:
    """A draft like `source`, with every day moved and its sessions planned anew; opening stays to be done.

    Taken over are course, seats and pools, policy, place, the application form, and of the staff the rows given (an inspector's
    time is over: such a row is left out). Sessions keep their rhythm, module, room and hours, days off left
    out; they are taught by those who are taken over. `link` is that of its remote sessions: an old one is
    known to too many. Refused with `cohort_not_open` (nothing to take over), `bad_code`, `code_taken`,
    `needs_link`, `no_days_left`.
    """
    if not source.opened_at:
        raise DomainError(_("A draft has no course to repeat yet."), "cohort_not_open")
    _refuse_code(code)
    try:
        days = rerun_of(source, starts_on)
    except NoDaysLeft:
        raise DomainError(
            _("The sessions find no place within three years."), "no_days_left"
        ) from None
    with transaction.atomic():
        if Cohort.objects.filter(code=code).exists():
            raise DomainError(_("There is already a cohort with this code."), "code_taken")
        cohort = Cohort.objects.create(
            code=code,
            applications_open_on=days.applications_open_on,
            applications_close_on=days.applications_close_on,
            starts_on=days.starts_on,
            ends_on=days.ends_on,
            archives_on=days.archives_on,
            **{name: getattr(source, name) for name in SAME},
        )
        pools = {row.kind: row.seats for row in source.pools.all()}
        set_seats(cohort=cohort, seats=cohort.seats, pools=pools, by=by)
        copy_form(source=source, target=cohort, by=by)
        people = _take_over(cohort, staff)
        meetings = [_meeting(row, people, link) for row in days.sessions.rows]
        if meetings:
            lay_sessions(cohort=cohort, meetings=meetings, by=by)
        log(cohort, "cohorts.rerun", user=by, data={"source": source.code})
    return cohort


def _refuse_code(code: str) -> None:
    try:
        cohort_code(code)
    except ValidationError as error:
        raise DomainError(error.messages[0], "bad_code") from None


def _take_over(cohort: Cohort, staff: Iterable[CohortStaff]) -> dict[int, User]:
    taken: dict[int, User] = {}
    for row in staff:
        if row.function == StaffFunction.INSPECTOR:
            continue
        CohortStaff.objects.create(cohort=cohort, user=row.user, function=row.function)
        taken[row.user_id] = row.user
    return taken


def _meeting(row: Shift, people: dict[int, User], link: str) -> Meeting:
    session = row.session
    gap = row.starts_at - session.starts_at
    venue = session.venue if session.venue and session.venue.active else None
    return Meeting(
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        module_key=module_key(session),
        module_title=session.module.title if session.module else "",
        topic=session.topic,
        mode=session.mode,
        venue=venue,
        room=session.room,
        link=link if session.mode != Mode.HOUSE else "",
        teachers=tuple(people[user.pk] for user in session.teachers.all() if user.pk in people),
        breaks=tuple((b.starts_at + gap, b.ends_at + gap) for b in session.breaks.all()),
    )
