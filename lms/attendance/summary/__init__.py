"""Minutes of presence judged against a cohort's threshold: reading and computing, nothing is written."""

from lms.attendance.summary.facts import Exemption, Facts, Policy, Presence, Sitting
from lms.attendance.summary.figures import (
    AttendanceSummary,
    CreditRow,
    Figure,
    ModuleAttendance,
    SessionAttendance,
)
from lms.attendance.summary.judge import attendance_at, summarise
from lms.attendance.summary.margin import Margin, margin_of
from lms.attendance.summary.reading import (
    attendance_of,
    attendance_of_cohort,
    attendance_of_enrolments,
    make_up_minutes,
    policy_of,
    sitting_of,
    sittings_of,
)
from lms.attendance.summary.several import Ledgers, Standing, read_ledgers
from lms.attendance.summary.sheet import Register, RegisterRow, clock, listed_on, register_of

__all__ = [
    "AttendanceSummary",
    "CreditRow",
    "Exemption",
    "Facts",
    "Figure",
    "Ledgers",
    "Margin",
    "ModuleAttendance",
    "Policy",
    "Presence",
    "Register",
    "RegisterRow",
    "SessionAttendance",
    "Sitting",
    "Standing",
    "attendance_at",
    "attendance_of",
    "attendance_of_cohort",
    "attendance_of_enrolments",
    "clock",
    "listed_on",
    "make_up_minutes",
    "margin_of",
    "policy_of",
    "read_ledgers",
    "register_of",
    "sitting_of",
    "sittings_of",
    "summarise",
]
