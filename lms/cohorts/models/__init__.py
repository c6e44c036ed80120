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
from lms.cohorts.models.interest import CourseInterest
from lms.cohorts.models.room import Room
from lms.cohorts.models.seats import SeatPool
from lms.cohorts.models.session import ClassSession, SessionBreak
from lms.cohorts.models.syllabus import (
    PinChange,
    PinnedDocument,
    PinnedImage,
    PinnedLesson,
    SyllabusLesson,
    SyllabusModule,
    SyllabusVersion,
)

__all__ = [
    "AdmissionForm",
    "Application",
    "ApplicationAnswer",
    "ApplicationFile",
    "ApplicationQuestion",
    "CalendarFeed",
    "ClassSession",
    "Cohort",
    "CohortStaff",
    "CourseInterest",
    "Enrolment",
    "ManagerAssignment",
    "PinChange",
    "PinnedDocument",
    "PinnedImage",
    "PinnedLesson",
    "Room",
    "SeatPool",
    "SessionBreak",
    "SyllabusLesson",
    "SyllabusModule",
    "SyllabusVersion",
]
