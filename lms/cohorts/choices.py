from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Phase(models.TextChoices):
    """Where a cohort stands in its life: computed from its dates, unless somebody set it with a reason."""

    DRAFT = "draft", _("Draft")
    ANNOUNCED = "announced", _("Announced")
    APPLICATIONS = "applications", _("Applications open")
    CLOSED = "closed", _("Applications closed")
    RUNNING = "running", _("Running")
    FINISHED = "finished", _("Finished")
    ARCHIVED = "archived", pgettext_lazy("cohort", "Archived")
    CANCELLED = "cancelled", pgettext_lazy("cohort", "Cancelled")


# The states of a cohort whose teaching has not begun, and of one whose teaching is over.
BEFORE_CLASS = [Phase.ANNOUNCED, Phase.APPLICATIONS, Phase.CLOSED]
OVER = [Phase.FINISHED, Phase.ARCHIVED]

# What may be set by hand: opening and calling off are done, not set.
OVERRIDABLE = [(phase.value, phase.label) for phase in (*BEFORE_CLASS, Phase.RUNNING, *OVER)]


class ThresholdBasis(models.TextChoices):
    COHORT = "cohort", _("the whole cohort")
    MODULE = "module", _("each module")


class Denominator(models.TextChoices):
    DELIVERED = "delivered", _("delivered minutes")
    PLANNED = "planned", _("planned minutes")


class Mode(models.TextChoices):
    HOUSE = "house", _("In the house")
    REMOTE = "remote", _("Remote")
    HYBRID = "hybrid", _("Hybrid")


class ApplicationStatus(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("application", "Draft")
    SUBMITTED = "submitted", _("Submitted")
    WAITLISTED = "waitlisted", pgettext_lazy("application", "On the waiting list")
    OFFERED = "offered", pgettext_lazy("application", "A seat is offered")
    LAPSED = "lapsed", pgettext_lazy("application", "Offer lapsed")
    ADMITTED = "admitted", pgettext_lazy("application", "Admitted")
    DECLINED = "declined", pgettext_lazy("application", "Declined")
    WITHDRAWN = "withdrawn", pgettext_lazy("application", "Withdrawn")


class Asked(models.TextChoices):
    """Whether a standard part of the application form is asked of applicants."""

    OFF = "off", _("not asked")
    OPTIONAL = "optional", pgettext_lazy("asked", "optional")
    REQUIRED = "required", pgettext_lazy("asked", "required")


class QuestionKind(models.TextChoices):
    """What an applicant answers with."""

    SHORT_TEXT = "short", _("Short text")
    LONG_TEXT = "long", _("Long text")
    ONE_CHOICE = "one", _("One choice")
    SEVERAL_CHOICES = "several", _("Several choices")
    YES_NO = "yes_no", _("Yes or no")
    NUMBER = "number", _("Number")
    FILE = "file", _("File")


# Those that were sent and not taken back.
APPLIED = [
    ApplicationStatus.SUBMITTED,
    ApplicationStatus.WAITLISTED,
    ApplicationStatus.OFFERED,
    ApplicationStatus.LAPSED,
    ApplicationStatus.ADMITTED,
    ApplicationStatus.DECLINED,
]
# Those in line for a seat: nobody admits them past the others, they answer an offer.
IN_LINE = [ApplicationStatus.WAITLISTED, ApplicationStatus.OFFERED]


class OfferAnswer(models.TextChoices):
    """What became of the offer of a seat."""

    NONE = "", pgettext_lazy("offer", "Waiting for an answer")
    ACCEPTED = "accepted", pgettext_lazy("offer", "Accepted")
    DECLINED = "declined", pgettext_lazy("offer", "Declined")
    LAPSED = "lapsed", pgettext_lazy("offer", "Lapsed")


class EnrolmentStatus(models.TextChoices):
    ACTIVE = "active", _("Active")
    WITHDRAWN = "withdrawn", pgettext_lazy("enrolment", "Withdrawn")


class PoolKind(models.TextChoices):
    """For whom some of a cohort's seats are kept; whoever belongs to none takes an open seat."""

    STUDENTS = "students", pgettext_lazy("seats", "Students")
    MANAGERS = "managers", pgettext_lazy("seats", "Managers and workers")
    PUBLIC_BODIES = "public_bodies", pgettext_lazy("seats", "Public bodies")
    BURSARIES = "bursaries", pgettext_lazy("seats", "Bursaries")


class LineState(models.TextChoices):
    """What a line of a roster would do."""

    NEW = "new", _("New person")
    KNOWN = "known", _("Has an account")
    ENROLLED = "enrolled", _("Already enrolled")
    ERROR = "error", _("Error")


class RosterStatus(models.TextChoices):
    """Where the file of a roster stands."""

    READING = "reading", pgettext_lazy("roster", "Being read")
    READY = "ready", pgettext_lazy("roster", "To be confirmed")
    BAD = "bad", pgettext_lazy("roster", "Not readable")
    COMMITTING = "committing", pgettext_lazy("roster", "Being brought in")
    DONE = "done", pgettext_lazy("roster", "Brought in")
    FORGOTTEN = "forgotten", pgettext_lazy("roster", "Deleted")


class PaymentMethod(models.TextChoices):
    TRANSFER = "transfer", _("Bank transfer")
    CARD = "card", _("Card")
    PAGOPA = "pagopa", "pagoPA"
    CASH = "cash", _("Cash")
    OTHER = "other", pgettext_lazy("payment", "Other")


class PaymentState(models.TextChoices):
    """How an enrolment stands with its fee."""

    UNSET = "unset", pgettext_lazy("fee", "Not set")
    FREE = "free", pgettext_lazy("fee", "Nothing due")
    UNPAID = "unpaid", pgettext_lazy("fee", "Unpaid")
    PARTLY = "partly", pgettext_lazy("fee", "Partly paid")
    PAID = "paid", pgettext_lazy("fee", "Paid")


class StaffFunction(models.TextChoices):
    TEACHER = "docente", _("Teacher")
    SUBSTITUTE = "supplente", _("Substitute")
    TUTOR = "tutor", _("Tutor")
    COORDINATOR = "coordinatore", _("Coordinator")
    INSPECTOR = "ispettore", _("Inspector")


# Who answers for what the lessons say.
ANSWERING_FUNCTIONS = [StaffFunction.TEACHER, StaffFunction.SUBSTITUTE]

# Who may write in the register, and who may only read.
TEACHING_FUNCTIONS = [
    StaffFunction.TEACHER,
    StaffFunction.SUBSTITUTE,
    StaffFunction.TUTOR,
    StaffFunction.COORDINATOR,
]

TEXT_KINDS = [QuestionKind.SHORT_TEXT, QuestionKind.LONG_TEXT]
CHOICE_KINDS = [QuestionKind.ONE_CHOICE, QuestionKind.SEVERAL_CHOICES]
