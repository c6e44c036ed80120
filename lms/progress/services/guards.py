"""What every deed of a learner asks first: enrolled, in this cohort, and the lesson open to them."""

from datetime import datetime

from django.utils.translation import gettext as _

from lms.cohorts.choices import EnrolmentStatus
from lms.cohorts.models import Enrolment, SyllabusLesson
from lms.cohorts.rules import module_closed_to
from lms.core.errors import DomainError
from lms.progress.models import LessonProgress


def refuse(
    enrolment: Enrolment, lesson: SyllabusLesson, at: datetime | None = None, *, staff: bool = False
) -> None:
    """`not_enrolled`, `foreign_lesson`, `cohort_cancelled`; and unless it is `staff` who acts, `lesson_closed`."""
    refuse_outsider(enrolment, lesson)
    closed = None if staff else module_closed_to(enrolment, lesson.module, at)
    if closed:
        raise DomainError(closed.words, "lesson_closed")


def refuse_outsider(enrolment: Enrolment, lesson: SyllabusLesson) -> None:
    if enrolment.status != EnrolmentStatus.ACTIVE:
        raise DomainError(_("You are no longer enrolled in this cohort."), "not_enrolled")
    if lesson.cohort_id != enrolment.cohort_id:
        raise DomainError(_("This lesson belongs to another cohort."), "foreign_lesson")
    if enrolment.cohort.cancelled_at:
        raise DomainError(_("This cohort was cancelled."), "cohort_cancelled")


def locked(enrolment: Enrolment, lesson: SyllabusLesson) -> Enrolment:
    """The enrolment as it is now: the person may have withdrawn in another tab."""
    enrolment = (
        Enrolment.objects.select_for_update(of=("self",))
        .select_related("cohort", "user")
        .get(pk=enrolment.pk)
    )
    refuse_outsider(enrolment, lesson)
    return enrolment


def progress_row(enrolment: Enrolment, lesson: SyllabusLesson, at: datetime) -> LessonProgress:
    """The constraint `one_progress_per_enrolment_and_lesson` decides between two first visits."""
    row, _made = LessonProgress.objects.get_or_create(
        enrolment=enrolment,
        lesson=lesson,
        defaults={"first_opened_at": at, "last_opened_at": at},
    )
    return row
