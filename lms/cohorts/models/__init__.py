"""Cohorts and what hangs on them: plain models, since a cohort is not a page."""

from lms.cohorts.models.application_form import (
    AdmissionForm,
    ApplicationAnswer,
    ApplicationFile,
    ApplicationQuestion,
)
from lms.cohorts.models.cohort import Cohort, CohortStaff, ManagerAssignment
from lms.cohorts.models.enrolment import Application, Enrolment
from lms.cohorts.models.feed import CalendarFeed
from lms.cohorts.models.fees import BursaryBand, CohortFee, EnrolmentFee, Payment
from lms.cohorts.models.grants import SeatGrant, SeatInvitation
from lms.cohorts.models.interest import CourseInterest
from lms.cohorts.models.keys import EnrolmentKey, KeyUse
from lms.cohorts.models.planning import Closure, PlannedSession
from lms.cohorts.models.room import Room
from lms.cohorts.models.rosters import RosterImport
from lms.cohorts.models.seats import SeatPool
from lms.cohorts.models.selection import (
    Criterion,
    Dossier,
    Ranking,
    Reader,
    Reading,
    ReadingScore,
    Selection,
)
from lms.cohorts.models.session import ClassSession, SessionBreak
from lms.cohorts.models.syllabus import (
    ModuleOpening,
    PinChange,
    PinnedDocument,
    PinnedImage,
    PinnedLesson,
    SyllabusLesson,
    SyllabusModule,
    SyllabusVersion,
)
from lms.cohorts.models.waiting import Offer, WaitingPlace

__all__ = [
    "AdmissionForm",
    "Application",
    "ApplicationAnswer",
    "ApplicationFile",
    "ApplicationQuestion",
    "BursaryBand",
    "CalendarFeed",
    "ClassSession",
    "Closure",
    "Cohort",
    "CohortFee",
    "CohortStaff",
    "CourseInterest",
    "Criterion",
    "Dossier",
    "Enrolment",
    "EnrolmentFee",
    "EnrolmentKey",
    "KeyUse",
    "ManagerAssignment",
    "ModuleOpening",
    "Offer",
    "Payment",
    "PinChange",
    "PinnedDocument",
    "PinnedImage",
    "PinnedLesson",
    "PlannedSession",
    "Ranking",
    "Reader",
    "Reading",
    "ReadingScore",
    "Room",
    "RosterImport",
    "SeatGrant",
    "SeatInvitation",
    "SeatPool",
    "Selection",
    "SessionBreak",
    "SyllabusLesson",
    "SyllabusModule",
    "SyllabusVersion",
    "WaitingPlace",
]
