"""What can be done with a cohort; one file per noun."""

from lms.cohorts.services.admission import (
    admit,
    admit_all,
    apply,
    decline,
    decline_all,
    withdraw_application,
)
from lms.cohorts.services.enrolments import enrol, withdraw
from lms.cohorts.services.opening import assign_staff, cancel_cohort, open_cohort, pin_language
from lms.cohorts.services.seats import refuse_seats, set_seats
from lms.cohorts.services.sessions import (
    cancel_session,
    move_session,
    schedule_session,
    schedule_weekly,
)
from lms.cohorts.services.versions import REASON_LENGTH, Choice, bring_in, refuse_change

__all__ = [
    "REASON_LENGTH",
    "Choice",
    "admit",
    "admit_all",
    "apply",
    "assign_staff",
    "bring_in",
    "cancel_cohort",
    "cancel_session",
    "decline",
    "decline_all",
    "enrol",
    "move_session",
    "open_cohort",
    "pin_language",
    "refuse_change",
    "refuse_seats",
    "schedule_session",
    "schedule_weekly",
    "set_seats",
    "withdraw",
    "withdraw_application",
]
