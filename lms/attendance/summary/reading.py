"""Facts out of the database, in a constant number of queries for one learner or for a whole cohort."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from lms.attendance.choices import ExcuseStatus, SheetStatus
from lms.attendance.models import Credit, Excuse, MakeUp, PresenceInterval
from lms.attendance.summary.facts import Exemption, Facts, Policy, Presence, Sitting
from lms.attendance.summary.figures import AttendanceSummary
from lms.attendance.summary.judge import summarise
from lms.attendance.summary.spans import Span, merged, recognised
from lms.cohorts.choices import Denominator, ThresholdBasis
from lms.cohorts.models import ClassSession, Cohort, Enrolment, SessionBreak


def attendance_of_cohort(cohort: Cohort) -> dict[int, AttendanceSummary]:
    """{enrolment id: summary} of every enrolment, withdrawn ones too; 7 to 9 queries whatever the size."""
    return _summaries(cohort, list(cohort.enrolments.all()), Q(enrolment__cohort=cohort))


def attendance_of(enrolment: Enrolment) -> AttendanceSummary:
    """One learner's summary; 6 to 8 queries, and one for the cohort if it was not fetched."""
    return _summaries(enrolment.cohort, [enrolment], Q(enrolment=enrolment))[enrolment.pk]


def attendance_of_enrolments(
    cohort: Cohort, enrolments: Iterable[Enrolment], sittings: list[Sitting] | None = None
) -> dict[int, AttendanceSummary]:
    """{enrolment id: summary} of the enrolments given, all of this cohort, in their order."""
    chosen = list(enrolments)
    return _summaries(cohort, chosen, Q(enrolment__in=chosen), sittings)


def _summaries(
    cohort: Cohort,
    enrolments: list[Enrolment],
    theirs: Q,
    sittings: list[Sitting] | None = None,
) -> dict[int, AttendanceSummary]:
    sittings = sittings_of(cohort) if sittings is None else sittings
    policy, facts = policy_of(cohort), _facts_of(enrolments, theirs)
    return {e.pk: summarise(sittings, facts[e.pk], policy) for e in enrolments}


def policy_of(cohort: Cohort) -> Policy:
    return Policy(
        threshold=cohort.attendance_threshold,
        by_module=cohort.threshold_basis == ThresholdBasis.MODULE,
        on_planned=cohort.denominator == Denominator.PLANNED,
        excused_leave=cohort.excused_leave_denominator,
        grace=cohort.grace_minutes,
    )


def sittings_of(cohort: Cohort) -> list[Sitting]:
    """The cohort's sessions in order of time; 2 queries."""
    sessions = (
        ClassSession.objects.filter(cohort=cohort)
        .select_related("module", "sheet")
        .prefetch_related("breaks")
        .order_by("starts_at", "number")
    )
    return [sitting_of(session) for session in sessions]


def sitting_of(session: ClassSession, breaks: tuple[Span, ...] | None = None) -> Sitting:
    """A session with its breaks and sheet; no query if they were fetched, or the breaks are given."""
    sheet = getattr(session, "sheet", None)
    actual = None
    if sheet is not None and sheet.actual_start and sheet.actual_end:
        actual = (_second(sheet.actual_start), _second(sheet.actual_end))
    return Sitting(
        session=session,
        key=session.pk,
        module=session.module,
        day=timezone.localdate(session.starts_at),
        scheduled=(_second(session.starts_at), _second(session.ends_at)),
        breaks=_breaks(session.breaks.all()) if breaks is None else breaks,
        cancelled=session.cancelled_at is not None,
        status=sheet.status if sheet is not None else SheetStatus.PLANNED,
        actual=actual,
    )


def make_up_minutes(make_up: MakeUp) -> int:
    """Minutes of a make-up at the session where it was held, before the cap at what was missed."""
    held = sitting_of(make_up.held_in)
    span = (_second(make_up.in_at), _second(make_up.out_at))
    return recognised([span], window=held.window, breaks=held.breaks)


def _second(moment: datetime) -> int:
    return int(moment.timestamp())


def _breaks(rows: Iterable[SessionBreak]) -> tuple[Span, ...]:
    return tuple(merged((_second(row.starts_at), _second(row.ends_at)) for row in rows))


def _facts_of(enrolments: list[Enrolment], theirs: Q) -> dict[int, Facts]:
    presences: dict[int, dict[int, list[Presence]]] = defaultdict(lambda: defaultdict(list))
    rows = PresenceInterval.objects.filter(theirs).order_by("in_at")
    for enrolment, session, in_at, out_at, channel in rows.values_list(
        "enrolment_id", "session_id", "in_at", "out_at", "channel"
    ):
        presences[enrolment][session].append(Presence(in_at, out_at, channel))
    excuses: dict[int, dict[int, str]] = defaultdict(dict)
    for excuse in Excuse.objects.filter(theirs, status=ExcuseStatus.APPROVED):
        excuses[excuse.enrolment_id][excuse.session_id] = excuse.reason
    exemptions: dict[int, list[Exemption]] = defaultdict(list)
    for credit in Credit.objects.filter(theirs).select_related("module"):
        exemptions[credit.enrolment_id].append(
            Exemption(credit.module, credit.module_id, credit.minutes, credit.reason)
        )
    make_ups: dict[int, dict[int, int]] = defaultdict(dict)
    made_up = MakeUp.objects.filter(theirs).select_related("held_in__sheet", "held_in__module")
    for make_up in made_up.prefetch_related("held_in__breaks"):
        make_ups[make_up.enrolment_id][make_up.missed_id] = make_up_minutes(make_up)
    return {
        e.pk: Facts(
            presences=presences[e.pk],
            excuses=excuses[e.pk],
            make_ups=make_ups[e.pk],
            exemptions=exemptions[e.pk],
            withdrawn_on=e.withdrawn_on,
        )
        for e in enrolments
    }
