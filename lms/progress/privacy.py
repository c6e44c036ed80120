"""What progress holds about a person, and what becomes of it (domain: Personal data)."""

from django.utils.translation import gettext_lazy as _

from lms.core.registries import PersonalData, register_personal_data
from lms.progress.models import (
    Bookmark,
    CheckAnswer,
    Highlight,
    LessonProgress,
    Note,
    SeenClock,
)


def register() -> None:
    register_personal_data(
        PersonalData(
            "progress.LessonProgress",
            export=_export,
            erase=_erase,
            kept=_("Which lessons were done is part of the certificate's evidence."),
        )
    )
    register_personal_data(
        PersonalData(
            "progress.Note",
            export=_export_notes,
            erase=lambda user: Note.objects.visible_to(user).delete()[0],
        )
    )
    register_personal_data(
        PersonalData(
            "progress.Highlight",
            export=_export_highlights,
            erase=lambda user: Highlight.objects.visible_to(user).delete()[0],
        )
    )
    register_personal_data(
        PersonalData(
            "progress.Bookmark",
            export=_export_bookmarks,
            erase=lambda user: Bookmark.objects.visible_to(user).delete()[0],
        )
    )
    register_personal_data(
        PersonalData(
            "progress.CheckAnswer",
            export=_export_checks,
            erase=lambda user: CheckAnswer.objects.filter(enrolment__user=user).delete()[0],
        )
    )
    register_personal_data(
        PersonalData(
            "progress.SeenClock",
            export=_export_clock,
            erase=lambda user: SeenClock.objects.filter(user=user).delete()[0],
        )
    )


def _export(user) -> list[dict]:
    rows = LessonProgress.objects.filter(enrolment__user=user).select_related(
        "enrolment__cohort", "lesson__module"
    )
    return [
        {
            "cohort": row.enrolment.cohort.code,
            "lesson": f"{row.lesson.module.position}.{row.lesson.position}",
            "first_opened_at": row.first_opened_at.isoformat(),
            "last_opened_at": row.last_opened_at.isoformat(),
            "completed_at": row.completed_at and row.completed_at.isoformat(),
            "done_by": row.how,
            "position": row.position,
            "seen_seconds": row.seen_seconds,
        }
        for row in rows.order_by("enrolment", "lesson__module__position", "lesson__position")
    ]


def _erase(user) -> int:
    """What was opened and never done goes; of what was done only the day of completion stays."""
    from django.db.models import F

    rows = LessonProgress.objects.filter(enrolment__user=user)
    gone = rows.filter(completed_at=None).delete()[0]
    return gone + rows.update(
        first_opened_at=F("completed_at"),
        last_opened_at=F("completed_at"),
        position=0,
        place=None,
        place_position=0,
        seen_seconds=0,
        parts=[],
    )


def _export_notes(user) -> list[dict]:
    rows = Note.objects.visible_to(user).select_related("enrolment__cohort", "lesson__module")
    return [
        {
            "cohort": row.enrolment.cohort.code,
            "lesson": f"{row.lesson.module.position}.{row.lesson.position}",
            "question": row.question,
            "text": row.text,
            "created_at": row.created_at.isoformat(),
            "updated_at": row.updated_at.isoformat(),
        }
        for row in rows.in_order()
    ]


def _place(row) -> dict:
    return {
        "cohort": row.enrolment.cohort.code,
        "lesson": f"{row.lesson.module.position}.{row.lesson.position}",
    }


def _export_highlights(user) -> list[dict]:
    rows = Highlight.objects.visible_to(user).select_related("enrolment__cohort", "lesson__module")
    return [
        _place(row)
        | {
            "language": row.language,
            "passage": row.quote,
            "before": row.prefix,
            "after": row.suffix,
            "note": row.remark,
            "created_at": row.created_at.isoformat(),
            "updated_at": row.updated_at.isoformat(),
        }
        for row in rows.in_order()
    ]


def _export_bookmarks(user) -> list[dict]:
    rows = Bookmark.objects.visible_to(user).select_related("enrolment__cohort", "lesson__module")
    return [_place(row) | {"created_at": row.created_at.isoformat()} for row in rows.in_order()]


def _export_checks(user) -> list[dict]:
    rows = CheckAnswer.objects.filter(enrolment__user=user)
    return [
        _place(row) | {"answered_at": row.at.isoformat()}
        for row in rows.select_related("enrolment__cohort", "lesson__module").order_by("pk")
    ]


def _export_clock(user) -> list[dict]:
    return [
        {"counted_until": row.counted_until.isoformat()}
        for row in SeenClock.objects.filter(user=user)
    ]
