"""What learners write and mark for themselves. The audit log knows nothing of it: it is theirs alone."""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from curriculum.choices import Completion
from lms.cohorts.models import Enrolment, SyllabusLesson
from lms.core.errors import DomainError
from lms.progress.models import (
    CONTEXT_LIMIT,
    HIGHLIGHTS_LIMIT,
    QUOTE_LIMIT,
    REMARK_LIMIT,
    Bookmark,
    Highlight,
    Note,
)
from lms.progress.outline import clean_text
from lms.progress.services.guards import locked, refuse
from lms.progress.services.steps import settle_task


def keep_note(
    *,
    enrolment: Enrolment,
    lesson: SyllabusLesson,
    block: UUID,
    text: str,
    question: str = "",
    asked: frozenset[UUID] = frozenset(),
) -> Note | None:
    """Keep the learner's words on a reflection; without words the note goes, and None is returned.

    Again with the same words changes nothing. Refused as `complete_lesson` is. Notes are the learner's
    own, so the audit log knows nothing of them. Where the lesson is done by writing on all its reflections
    (`asked`), the last of them completes it.
    """
    refuse(enrolment, lesson)
    text = text.strip()
    with transaction.atomic():
        enrolment = locked(enrolment, lesson)
        mine = Note.objects.filter(enrolment=enrolment, lesson=lesson, block=block)
        if not text:
            mine.delete()
            return None
        note = mine.first()
        if not note or (note.text, note.question) != (text, question):
            note, _made = Note.objects.update_or_create(
                enrolment=enrolment,
                lesson=lesson,
                block=block,
                defaults={"text": text, "question": question},
            )
        if lesson.completion == Completion.REFLECTIONS:
            settle_task(enrolment, lesson, asked)
    return note


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage as it was marked: the words, what stood before and after, where, in which language and version."""

    key: UUID
    language: str
    version: str
    block: UUID
    quote: str
    start: int = 0
    prefix: str = ""
    suffix: str = ""


def mark_passage(
    *, enrolment: Enrolment, lesson: SyllabusLesson, passage: Passage, remark: str = ""
) -> Highlight:
    """Keep a highlight, with or without a remark. The same key, or the same passage again, keeps one.

    Words are plain text: no markup means anything. Refused as `complete_lesson` is, and `empty_passage`,
    `passage_too_long`, `remark_too_long`, `too_many_highlights`.
    """
    refuse(enrolment, lesson)
    quote = clean_text(passage.quote)
    remark = _remark(remark)
    if not quote:
        raise DomainError(_("Choose some words of the lesson first."), "empty_passage")
    if len(quote) > QUOTE_LIMIT:
        raise DomainError(
            _("A highlight has at most %(limit)s characters.") % {"limit": QUOTE_LIMIT},
            "passage_too_long",
        )
    with transaction.atomic():
        enrolment = locked(enrolment, lesson)
        mine = Highlight.objects.filter(enrolment=enrolment)
        same = {"language": passage.language, "block": passage.block, "start": passage.start}
        known = (
            mine.filter(key=passage.key).first()
            or mine.filter(lesson=lesson, quote=quote, **same).first()
        )
        if known:
            return known
        if mine.filter(lesson=lesson).count() >= HIGHLIGHTS_LIMIT:
            raise DomainError(
                _("A lesson keeps at most %(limit)s highlights: remove some first.")
                % {"limit": HIGHLIGHTS_LIMIT},
                "too_many_highlights",
            )
        return Highlight.objects.create(
            key=passage.key,
            enrolment=enrolment,
            lesson=lesson,
            version=passage.version,
            quote=quote,
            prefix=clean_text(passage.prefix)[-CONTEXT_LIMIT:],
            suffix=clean_text(passage.suffix)[:CONTEXT_LIMIT],
            remark=remark,
            **same,
        )


def remark_on(*, highlight: Highlight, remark: str) -> Highlight:
    """Change what the reader wrote on a highlight; without words the highlight stays without. Refused: `remark_too_long`."""
    remark = _remark(remark)
    if highlight.remark != remark:
        highlight.remark = remark
        highlight.save(update_fields=["remark", "updated_at"])
    return highlight


def remove_highlight(*, highlight: Highlight) -> bool:
    """False if it is gone already. Also in a module that is closed again: what is one's own can always go."""
    return bool(Highlight.objects.filter(pk=highlight.pk).delete()[0])


def bookmark_lesson(*, enrolment: Enrolment, lesson: SyllabusLesson) -> Bookmark:
    """Keep a bookmark; again changes nothing. Refused as `complete_lesson` is."""
    refuse(enrolment, lesson)
    with transaction.atomic():
        enrolment = locked(enrolment, lesson)
        # The constraint `a_lesson_is_bookmarked_once` decides between two at once.
        return Bookmark.objects.get_or_create(enrolment=enrolment, lesson=lesson)[0]


def remove_bookmark(*, enrolment: Enrolment, lesson: SyllabusLesson) -> bool:
    """False if there is none."""
    return bool(Bookmark.objects.filter(enrolment=enrolment, lesson=lesson).delete()[0])


def _remark(text: str) -> str:
    text = clean_text(text, lines=True)
    if len(text) > REMARK_LIMIT:
        raise DomainError(
            _("A note on a highlight has at most %(limit)s characters.") % {"limit": REMARK_LIMIT},
            "remark_too_long",
        )
    return text
