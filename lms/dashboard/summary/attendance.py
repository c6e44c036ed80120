"""Attendance in words: where one stands against the threshold, what may still be lost, what makes up for it."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lms.attendance.choices import State
from lms.attendance.summary import AttendanceSummary, Margin, margin_of
from lms.cohorts.models import ClassSession, Cohort
from lms.core.dates import day_in_words
from lms.core.templatetags.cohub import duration

GOOD, WARN, BAD = "good", "warn", "bad"


@dataclass(frozen=True, slots=True)
class AttendanceWords:
    """`lead` is the short phrase beside the figure, `detail` the point of no return in a sentence; `tone`
    says whether it is a warning; `note` what the figure takes for granted.
    """

    summary: AttendanceSummary
    lead: str
    detail: str = ""
    tone: str = ""
    note: str = ""
    missed: bool = False  # there is something that a session of another cohort could make up for


def attendance_words(summary: AttendanceSummary, at: datetime.datetime) -> AttendanceWords:
    """domain, Attendance: “Point of no return”; no query."""
    missed = any(row.missed and row.session.module_id for row in summary.rows)
    if not summary.full_total and not summary.earned:
        return AttendanceWords(summary, _("no session is planned yet"))
    if summary.earned:
        return AttendanceWords(summary, _("reached: you cannot lose it any more"), tone=GOOD)
    if not summary.reachable:
        return AttendanceWords(
            summary,
            _("it can no longer be reached"),
            _best_case(summary),
            tone=BAD,
            missed=missed,
        )
    margin = margin_of(summary, at)
    return AttendanceWords(
        summary,
        _lead(margin),
        _point_of_no_return(margin),
        tone=WARN if margin.coming and not margin.absences else "",
        note=_note(margin),
        missed=missed and not margin.absences,
    )


def _best_case(summary: AttendanceSummary) -> str:
    """How far one would come without missing anything more."""
    figure = min(
        (figure for figure in summary.judged if not figure.reachable),
        key=lambda figure: figure.attended + figure.still_possible - figure.needed,
    )
    short = figure.needed - figure.attended - figure.still_possible
    return _("Even without missing anything more, %(minutes)s would be lacking.") % {
        "minutes": duration(short)
    }


def _lead(margin: Margin) -> str:
    if not margin.minutes:
        return _("you cannot miss any more")
    values = {"left": duration(margin.minutes)}
    if margin.module is not None:
        values["module"] = margin.module.title
        return _("you can still miss %(left)s in “%(module)s”") % values
    return _("you can still miss %(left)s") % values


def _point_of_no_return(margin: Margin) -> str:
    if not margin.coming:
        return ""
    if margin.absences >= margin.coming:
        return ""
    if margin.absences:
        return ngettext(
            "One whole session of the %(coming)s to come may be missed: a second one puts the threshold "
            "out of reach.",
            "%(absences)s whole sessions of the %(coming)s to come may be missed: one more puts the "
            "threshold out of reach.",
            margin.absences,
        ) % {"absences": margin.absences, "coming": margin.coming}
    if margin.critical is None:
        return ""
    session = margin.critical.session
    return _(
        "Not a whole session any more: without “%(title)s” on %(day)s the threshold is out of reach."
    ) % {"title": session.heading, "day": day_in_words(session.starts_at)}


def _note(margin: Margin) -> str:
    if not margin.unrecorded:
        return ""
    return ngettext(
        "%(n)s session over is not recorded yet: it is counted as if you had been there.",
        "%(n)s sessions over are not recorded yet: they are counted as if you had been there.",
        margin.unrecorded,
    ) % {"n": margin.unrecorded}


def make_up_for(
    cohort: Cohort, summary: AttendanceSummary, at: datetime.datetime
) -> ClassSession | None:
    """The soonest session of another cohort that covers a module of which something was missed; one query.

    domain, Attendance: the warning “names a session of another cohort that covers the same module”.
    """
    keys = _modules_missed(summary)
    return (
        ClassSession.objects.filter(
            module__translation_key__in=keys,
            starts_at__gt=at,
            cancelled_at=None,
            cohort__opened_at__isnull=False,
            cohort__cancelled_at=None,
        )
        .exclude(cohort=cohort)
        .select_related("cohort__course", "module")
        .order_by("starts_at", "pk")
        .first()
    )


def _modules_missed(summary: AttendanceSummary) -> Iterable:
    lacking = {State.ABSENT, State.EXCUSED, State.LATE, State.EARLY}
    return {
        row.session.module.translation_key
        for row in summary.rows
        if row.state in lacking and row.missed and row.session.module is not None
    }
