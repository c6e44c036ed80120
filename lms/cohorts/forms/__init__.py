"""What people type about cohorts, made clean."""

from lms.cohorts.forms.applications import ApplicationForm
from lms.cohorts.forms.cohort import CohortForm
from lms.cohorts.forms.people import EnrolForm, PersonField, ReasonForm, StaffForm, WithdrawForm
from lms.cohorts.forms.sessions import PlanForm, SessionForm
from lms.cohorts.forms.versions import VersionsForm

__all__ = [
    "ApplicationForm",
    "CohortForm",
    "EnrolForm",
    "PersonField",
    "PlanForm",
    "ReasonForm",
    "SessionForm",
    "StaffForm",
    "VersionsForm",
    "WithdrawForm",
]
