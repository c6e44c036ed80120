"""What a learner does with a lesson: opens it, leaves it at a point, says that it is done, takes it up again, notes something."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from lms.cohorts.choices import EnrolmentStatus
from lms.cohorts.models import Enrolment, SyllabusLesson
from lms.core.errors import DomainError
from lms.progress.models import POSITION_END, LessonProgress, Note


def visit_lesson(
    *,
    enrolment: Enrolment,
    lesson: SyllabusLesson,
    position: int | None = None,
    at: datetime | None = None,
) -> LessonProgress:
    """Record that the lesson was opened, and how far it was read (`position`, in thousandths).

    Beacons may arrive twice or late: times only move forward. Refused as `complete_lesson` is. Visits are
    many and say little, so they are not in the audit log.
    """
    at = at or timezone.now()
    _refuse(enrolment, lesson)
    with transaction.atomic():
        enrolment = _locked(enrolment, lesson)
        row = _row(enrolment, lesson, at)
        changes = {"last_opened_at": Greatest(F("last_opened_at"), at), "updated_at": at}
        if position is not None:
            changes["position"] = max(0, min(POSITION_END, position))
        LessonProgress.objects.filter(pk=row.pk).update(**changes)
    row.refresh_from_db()
    return row


def complete_lesson(
    *, enrolment: Enrolment, lesson: SyllabusLesson, at: datetime | None = None
) -> LessonProgress:
    """Say that the lesson is done; again keeps the first moment.

    Refused with `not_enrolled` for who has withdrawn, `foreign_lesson` for a lesson of another cohort and
    `cohort_cancelled`. Before the first day and after the last it is allowed: lessons prepare for the
    sessions, and who finishes late is judged when the certificate is issued.
    """
    at = at or timezone.now()
    _refuse(enrolment, lesson)
    with transaction.atomic():
        enrolment = _locked(enrolment, lesson)
        row = _row(enrolment, lesson, at)
        fresh = LessonProgress.objects.filter(pk=row.pk, completed_at=None).update(
            completed_at=at, last_opened_at=Greatest(F("last_opened_at"), at), updated_at=at
        )
        row.refresh_from_db()
        if fresh:
            log(row, "progress.complete_lesson", user=enrolment.user)
    return row


def reopen_lesson(
    *, enrolment: Enrolment, lesson: SyllabusLesson, at: datetime | None = None
) -> LessonProgress | None:
    """Take back that the lesson is done; None if it was never opened. Again changes nothing."""
    at = at or timezone.now()
    _refuse(enrolment, lesson)
    row = LessonProgress.objects.filter(enrolment=enrolment, lesson=lesson).first()
    if row is None or row.completed_at is None:
        return row
    with transaction.atomic():
        enrolment = _locked(enrolment, lesson)
        fresh = (
            LessonProgress.objects.filter(pk=row.pk)
            .done()
            .update(completed_at=None, position=0, last_opened_at=at, updated_at=at)
        )
        if fresh:
            log(row, "progress.reopen_lesson", user=enrolment.user)
    row.refresh_from_db()
    return row


def keep_note(
    *,
    enrolment: Enrolment,
    lesson: SyllabusLesson,
    block: UUID,
    text: str,
    question: str = "",
) -> Note | None:
    """Keep the learner's words on a reflection; without words the note goes, and None is returned.

    Again with the same words changes nothing. Refused as `complete_lesson` is. Notes are the learner's
    own, so the audit log knows nothing of them.
    """
    _refuse(enrolment, lesson)
    text = text.strip()
    with transaction.atomic():
        enrolment = _locked(enrolment, lesson)
        mine = Note.objects.filter(enrolment=enrolment, lesson=lesson, block=block)
        if not text:
            mine.delete()
            return None
        note = mine.first()
        if note and (note.text, note.question) == (text, question):
            return note
        note, _made = Note.objects.update_or_create(
            enrolment=enrolment,
            lesson=lesson,
            block=block,
            defaults={"text": text, "question": question},
        )
    return note


def _refuse(enrolment: Enrolment, lesson: SyllabusLesson) -> None:
    if enrolment.status != EnrolmentStatus.ACTIVE:
        raise DomainError(_("You are no longer enrolled in this cohort."), "not_enrolled")
    if lesson.cohort_id != enrolment.cohort_id:
        raise DomainError(_("This lesson belongs to another cohort."), "foreign_lesson")
    if enrolment.cohort.cancelled_at:
        raise DomainError(_("This cohort was cancelled."), "cohort_cancelled")


def _locked(enrolment: Enrolment, lesson: SyllabusLesson) -> Enrolment:
    """The enrolment as it is now: the person may have withdrawn in another tab."""
    enrolment = (
        Enrolment.objects.select_for_update(of=("self",))
        .select_related("cohort", "user")
        .get(pk=enrolment.pk)
    )
    _refuse(enrolment, lesson)
    return enrolment


def _row(enrolment: Enrolment, lesson: SyllabusLesson, at: datetime) -> LessonProgress:
    """The constraint `one_progress_per_enrolment_and_lesson` decides between two first visits."""
    row, _made = LessonProgress.objects.get_or_create(
        enrolment=enrolment,
        lesson=lesson,
        defaults={"first_opened_at": at, "last_opened_at": at},
    )
    return row
