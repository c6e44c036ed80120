"""What people type about cohorts, made clean."""

from lms.cohorts.forms.application_form import CopyForm, PartsForm, QuestionForm
from lms.cohorts.forms.applications import ApplicationField, application_fields, typed_answers
from lms.cohorts.forms.cohort import CohortForm, StateForm
from lms.cohorts.forms.fees import (
    AmountForm,
    BandForm,
    CorrectionForm,
    FeeForm,
    MissingAmountsForm,
    PaymentForm,
)
from lms.cohorts.forms.interest import InterestForm
from lms.cohorts.forms.people import (
    EndStaffForm,
    EnrolForm,
    PersonField,
    ReasonForm,
    StaffForm,
    WithdrawForm,
)
from lms.cohorts.forms.planning import MoveAllForm, PlannerForm, RerunForm, SeenForm
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
    "BandForm",
    "CohortForm",
    "ConflictForm",
    "CopyForm",
    "CorrectionForm",
    "EndStaffForm",
    "EnrolForm",
    "FeeForm",
    "GrantForm",
    "InterestForm",
    "KeyForm",
    "MissingAmountsForm",
    "MoveAllForm",
    "PartsForm",
    "PaymentForm",
    "PersonField",
    "PlanForm",
    "PlannerForm",
    "QuestionForm",
    "ReadingForm",
    "ReasonForm",
    "RerunForm",
    "RosterForm",
    "SeenForm",
    "SessionForm",
    "StaffForm",
    "StateForm",
    "TypedKeyForm",
    "VersionsForm",
    "WithdrawForm",
    "application_fields",
    "typed_answers",
]
