"""What people type about cohorts, made clean."""

from lms.cohorts.forms.application_form import CopyForm, PartsForm, QuestionForm
from lms.cohorts.forms.applications import ApplicationField, application_fields, typed_answers
from lms.cohorts.forms.cohort import CohortForm
from lms.cohorts.forms.interest import InterestForm
from lms.cohorts.forms.people import EnrolForm, PersonField, ReasonForm, StaffForm, WithdrawForm
from lms.cohorts.forms.sessions import PlanForm, SessionForm
from lms.cohorts.forms.versions import VersionsForm

__all__ = [
    "ApplicationField",
    "CohortForm",
    "CopyForm",
    "EnrolForm",
    "InterestForm",
    "PartsForm",
    "PersonField",
    "PlanForm",
    "QuestionForm",
    "ReasonForm",
    "SessionForm",
    "StaffForm",
    "VersionsForm",
    "WithdrawForm",
    "application_fields",
    "typed_answers",
]
