"""What people type about cohorts, made clean."""

from lms.cohorts.forms.application_form import CopyForm, PartsForm, QuestionForm
from lms.cohorts.forms.applications import ApplicationField, application_fields, typed_answers
from lms.cohorts.forms.cohort import CohortForm
from lms.cohorts.forms.fees import (
    AmountForm,
    BandForm,
    CorrectionForm,
    FeeForm,
    MissingAmountsForm,
    PaymentForm,
)
from lms.cohorts.forms.interest import InterestForm
from lms.cohorts.forms.people import EnrolForm, PersonField, ReasonForm, StaffForm, WithdrawForm
from lms.cohorts.forms.readings import ConflictForm, ReadingForm
from lms.cohorts.forms.sessions import PlanForm, SessionForm
from lms.cohorts.forms.versions import VersionsForm
from lms.cohorts.forms.ways_in import (
    AddressesForm,
    GrantForm,
    KeyForm,
    RosterForm,
    TypedKeyForm,
)

__all__ = [
    "AddressesForm",
    "AmountForm",
    "ApplicationField",
    "ApplicationForm",
    "BandForm",
    "CohortForm",
    "ConflictForm",
    "CopyForm",
    "CorrectionForm",
    "EnrolForm",
    "FeeForm",
    "GrantForm",
    "InterestForm",
    "KeyForm",
    "MissingAmountsForm",
    "PartsForm",
    "PaymentForm",
    "PersonField",
    "PlanForm",
    "QuestionForm",
    "ReadingForm",
    "ReasonForm",
    "RosterForm",
    "SessionForm",
    "StaffForm",
    "TypedKeyForm",
    "VersionsForm",
    "WithdrawForm",
    "application_fields",
    "typed_answers",
]
