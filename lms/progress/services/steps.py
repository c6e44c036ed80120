"""What becomes of a lesson: opened, left at a point, done in the way that it asks for, taken up again."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from curriculum.choices import Completion
from lms.accounts.models import User
from lms.cohorts.models import Enrolment, SyllabusLesson
from lms.core.errors import DomainError
from lms.progress.models import POSITION_END, CheckAnswer, LessonProgress
from lms.progress.outline import pinned_blocks
from lms.progress.services.guards import locked, progress_row, refuse

# The block that is asked for, of the ways that ask for one.
TASKS = {Completion.CHECKS: "check", Completion.REFLECTIONS: "reflection"}


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
    refuse(enrolment, lesson, at)
    with transaction.atomic():
        enrolment = locked(enrolment, lesson)
        row = progress_row(enrolment, lesson, at)
        changes = {"last_opened_at": Greatest(F("last_opened_at"), at), "updated_at": at}
        if position is not None:
            changes["position"] = max(0, min(POSITION_END, position))
        LessonProgress.objects.filter(pk=row.pk).update(**changes)
    row.refresh_from_db()
    return row


def complete_lesson(
    *,
    enrolment: Enrolment,
    lesson: SyllabusLesson,
    how: str = Completion.BUTTON,
    by: User | None = None,
    at: datetime | None = None,
) -> LessonProgress:
    """Say that the lesson is done, and `how` (`curriculum.choices.Completion`); again keeps the first moment.

    The only way to done, for all of them. `by` is the instructor who says so, and they alone.

    Refused with `not_enrolled` for who has withdrawn, `foreign_lesson` for a lesson of another cohort and
    `cohort_cancelled`; to the learner also with `lesson_closed`, and with `instructor_marks` or `task_first` where
    the lesson is not done with their button. One that is done by reading takes the button too: without the script
    nobody can tell what was seen. Before the first day and after the last it is allowed: lessons prepare for the
    sessions, and who finishes late is judged when the certificate is issued.
    """
    at = at or timezone.now()
    refuse(enrolment, lesson, at, staff=by is not None)
    if by is None and how == Completion.BUTTON:
        _refuse_button(enrolment, lesson)
    with transaction.atomic():
        enrolment = locked(enrolment, lesson)
        row = progress_row(enrolment, lesson, at)
        fresh = LessonProgress.objects.filter(pk=row.pk, completed_at=None).update(
            completed_at=at,
            how=how,
            completed_by=by,
            last_opened_at=Greatest(F("last_opened_at"), at),
            updated_at=at,
        )
        row.refresh_from_db()
        if fresh:
            log(
                row,
                "progress.complete_lesson",
                user=by or enrolment.user,
                data={"how": str(how)},
            )
    return row


def reopen_lesson(
    *,
    enrolment: Enrolment,
    lesson: SyllabusLesson,
    by: User | None = None,
    at: datetime | None = None,
) -> LessonProgress | None:
    """Take back that the lesson is done; None if it was never opened. Again changes nothing.

    Refused as `complete_lesson` is; what an instructor marked is theirs to take back (`by`).
    """
    at = at or timezone.now()
    refuse(enrolment, lesson, at, staff=by is not None)
    row = LessonProgress.objects.filter(enrolment=enrolment, lesson=lesson).first()
    if row is None or row.completed_at is None:
        return row
    if by is None and row.how == Completion.INSTRUCTOR:
        raise DomainError(_("Your instructor marks this lesson."), "instructor_marks")
    with transaction.atomic():
        enrolment = locked(enrolment, lesson)
        fresh = (
            LessonProgress.objects.filter(pk=row.pk)
            .done()
            .update(
                completed_at=None, how="", completed_by=None, position=0, place=None,
                place_position=0, parts=[], last_opened_at=at, updated_at=at,
            )
        )  # fmt: skip
        if fresh:
            log(row, "progress.reopen_lesson", user=by or enrolment.user)
    row.refresh_from_db()
    return row


def mark_done(
    *,
    lesson: SyllabusLesson,
    enrolments: Iterable[Enrolment],
    by: User,
    at: datetime | None = None,
) -> list[LessonProgress]:
    """The instructor says who has done the lesson: all of these people or, if one is refused, none.

    For every kind of lesson: what was done in the house is done. Who had it done already keeps how and when.
    """
    at = at or timezone.now()
    with transaction.atomic():
        return [
            complete_lesson(
                enrolment=enrolment, lesson=lesson, how=Completion.INSTRUCTOR, by=by, at=at
            )
            for enrolment in enrolments
        ]


def answer_check(
    *,
    enrolment: Enrolment,
    lesson: SyllabusLesson,
    block: UUID,
    asked: frozenset[UUID],
    at: datetime | None = None,
) -> bool:
    """Keep that a question to try oneself was answered; whether the lesson is done with it.

    `asked` are the questions of the text that is read. Again changes nothing. Refused as `complete_lesson` is.
    """
    at = at or timezone.now()
    refuse(enrolment, lesson, at)
    if block not in asked:
        raise DomainError(_("This lesson has no such question."), "unknown_check")
    with transaction.atomic():
        enrolment = locked(enrolment, lesson)
        # The constraint `a_check_is_answered_once` decides between two at once.
        CheckAnswer.objects.get_or_create(
            enrolment=enrolment, lesson=lesson, block=block, defaults={"at": at}
        )
        return settle_task(enrolment, lesson, asked, at)


def settle_task(
    enrolment: Enrolment, lesson: SyllabusLesson, asked: frozenset[UUID], at: datetime | None = None
) -> bool:
    """Complete a lesson that asks for a task, once all that is `asked` was done; whether it was."""
    if lesson.completion not in TASKS or not asked or asked - tasks_done(enrolment, lesson):
        return False
    complete_lesson(enrolment=enrolment, lesson=lesson, how=lesson.completion, at=at)
    return True


def tasks_done(enrolment: Enrolment, lesson: SyllabusLesson) -> frozenset[UUID]:
    """The ids of the blocks whose task the learner has done, of the kind that the lesson asks for; one query."""
    rows = enrolment.check_answers if lesson.completion == Completion.CHECKS else enrolment.notes
    return frozenset(rows.filter(lesson=lesson).values_list("block", flat=True))


def _refuse_button(enrolment: Enrolment, lesson: SyllabusLesson) -> None:
    if lesson.completion == Completion.INSTRUCTOR:
        raise DomainError(_("Your instructor marks this lesson."), "instructor_marks")
    if lesson.completion not in TASKS:
        return
    kind = TASKS[Completion(lesson.completion)]
    asked = frozenset(
        UUID(block["id"])
        for block in pinned_blocks(lesson)
        if block["type"] == kind and block.get("id")
    )
    if asked - tasks_done(enrolment, lesson):
        raise DomainError(
            _("Answer every question of the lesson first.")
            if lesson.completion == Completion.CHECKS
            else _("Write something on every question of the lesson first."),
            "task_first",
        )
