"""What a learner may still miss before the threshold is out of reach: said before it happens."""

import datetime
from dataclasses import dataclass
from typing import Any

from lms.attendance.choices import TAKEN, State
from lms.attendance.summary.figures import AttendanceSummary, Figure, SessionAttendance


@dataclass(frozen=True, slots=True)
class Margin:
    """`minutes` that may still be lost and `absences`, the whole sessions that may be missed whichever of
    the `coming` ones they are; `critical` is the first to come that is longer than what may be lost.

    `unrecorded` are sessions over whose register is not taken: until it is, they count as still possible.
    Where the threshold is judged by module, `module` is the tightest one and the figures are its own.
    """

    minutes: int
    absences: int
    coming: int
    critical: SessionAttendance | None = None
    module: Any | None = None
    unrecorded: int = 0


def margin_of(summary: AttendanceSummary, at: datetime.datetime) -> Margin:
    """domain, Attendance: “Point of no return … minutes done, minutes still possible, absences left before the
    minimum becomes unreachable; the warning comes before”. No query.
    """
    open_rows = [row for row in summary.rows if row.planned and not _is_taken(row)]
    coming = [row for row in open_rows if row.session.ends_at > at and row.state == State.PLANNED]
    groups = _groups(summary, coming)
    unrecorded = len([row for row in open_rows if row.session.ends_at <= at])
    if not groups:
        return Margin(0, 0, 0, unrecorded=unrecorded)
    figure, rows, module = min(groups, key=lambda group: group[0].can_miss)
    left, absences = figure.can_miss, 0
    for minutes in sorted((row.planned for row in rows), reverse=True):
        left -= minutes
        if left < 0:
            break
        absences += 1
    critical = next(
        (
            row
            for row in coming
            for other, theirs, _module in groups
            if row in theirs and row.planned > other.can_miss
        ),
        None,
    )
    return Margin(figure.can_miss, absences, len(rows), critical, module, unrecorded)


def _is_taken(row: SessionAttendance) -> bool:
    sheet = getattr(row.session, "sheet", None)
    return sheet is not None and sheet.status in TAKEN


def _groups(
    summary: AttendanceSummary, coming: list[SessionAttendance]
) -> list[tuple[Figure, list[SessionAttendance], Any | None]]:
    """The figures that can still be lost, each with its sessions to come."""
    if not (summary.by_module and summary.modules):
        found = [(summary.figure, coming, None)]
    else:
        found = [
            (m.figure, [r for r in coming if r.session.module_id == m.module.pk], m.module)
            for m in summary.modules
        ]
    return [(figure, rows, module) for figure, rows, module in found if rows and not figure.earned]
