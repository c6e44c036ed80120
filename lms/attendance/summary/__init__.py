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
from lms.attendance.summary.reading import (
    attendance_of,
    attendance_of_cohort,
    attendance_of_enrolments,
    make_up_minutes,
    policy_of,
    sitting_of,
    sittings_of,
)
from lms.attendance.summary.sheet import Register, RegisterRow, clock, listed_on, register_of

__all__ = [
    "AttendanceSummary",
    "CreditRow",
    "Exemption",
    "Facts",
    "Figure",
    "ModuleAttendance",
    "Policy",
    "Presence",
    "Register",
    "RegisterRow",
    "SessionAttendance",
    "Sitting",
    "attendance_at",
    "attendance_of",
    "attendance_of_cohort",
    "attendance_of_enrolments",
    "clock",
    "listed_on",
    "make_up_minutes",
    "policy_of",
    "register_of",
    "sitting_of",
    "sittings_of",
    "summarise",
]
