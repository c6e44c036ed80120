"""What one learner of the demo marked and how long they read, and the modules of a cohort that open later."""

import re
from datetime import date, datetime, timedelta
from html import unescape
from uuid import UUID, uuid5

from django.utils.html import strip_tags

from lms.cohorts.models import Enrolment, SyllabusLesson
from lms.cohorts.models.syllabus import blocks_of
from lms.cohorts.services import Release, open_early, release_modules
from lms.demo.cohorts import Opened
from lms.progress import services as progress
from lms.progress.models import LessonProgress

KEYS = UUID("5f1d1c0e-6c0b-4f3a-9d0e-0c0b1e5c0d10")
REMARKS = [
    "Da rileggere prima dell’incontro con il condominio.",
    "",
    "Vale anche per la nostra portineria: chi manca al tavolo?",
    "",
]


def open_modules_later(opened: Opened, today: date) -> None:
    """The fifth module after the fourth, and from a day of next week on; to one who was ill it is open already."""
    modules = list(opened.cohort.modules.order_by("position"))
    release_modules(
        cohort=opened.cohort,
        plan={
            modules[4].pk: Release(after_previous=True, opens_on=today + timedelta(days=9)),
        },
        by=opened.teacher,
    )
    open_early(
        enrolment=opened.enrolments[5],
        module=modules[4],
        reason="Parte per un mese: lavora sul modulo prima degli altri.",
        by=opened.teacher,
    )


def mark_lessons(opened: Opened) -> None:
    """The first learner's highlights, with notes and without, bookmarks, and minutes of reading."""
    enrolment = opened.enrolments[0]
    lessons = list(
        opened.cohort.lessons.select_related("module").order_by("module__position", "position")
    )
    for number, remark in enumerate(REMARKS):
        _highlight(enrolment, lessons[number // 2], number, remark)
    for lesson in (lessons[0], lessons[3]):
        progress.bookmark_lesson(enrolment=enrolment, lesson=lesson)
    rows = LessonProgress.objects.filter(enrolment=enrolment).select_related("lesson__module")
    for row in rows.order_by("first_opened_at", "pk"):
        _read(enrolment, row.lesson, row.first_opened_at)


def _highlight(enrolment: Enrolment, lesson: SyllabusLesson, number: int, remark: str) -> None:
    """A sentence of the lesson's text, as long as one marks it."""
    pin = lesson.pins.select_related("revision").get(locale__language_code="it")
    texts = [block for block in blocks_of(pin.revision) if block["type"] == "text"]
    block = texts[min(number % 2, len(texts) - 1)]
    plain = " ".join(unescape(strip_tags(block["value"].replace("</p>", " "))).split())
    sentences = [part for part in re.split(r"(?<=[.!?]) ", plain) if 30 < len(part) < 220]
    quote = (sentences or [plain[:120]])[-1]
    at = plain.find(quote)
    progress.mark_passage(
        enrolment=enrolment,
        lesson=lesson,
        passage=progress.Passage(
            key=uuid5(KEYS, f"{enrolment.code}/{number}"),
            language="it",
            version=pin.content_hash,
            block=UUID(block["id"]),
            quote=quote,
            prefix=plain[max(0, at - 40) : at],
            suffix=plain[at + len(quote) :][:40],
        ),
        remark=remark,
    )


def _read(enrolment: Enrolment, lesson: SyllabusLesson, begun: datetime) -> None:
    """As a page would tell it: a beacon every minute and a half, for about the minutes of the lesson."""
    visit = uuid5(KEYS, f"{enrolment.code}/{lesson.pk}")
    for number in range(1, max(2, lesson.minutes // 2)):
        progress.see_lesson(
            enrolment=enrolment,
            lesson=lesson,
            beacon=progress.Beacon(visit, number, seconds=progress.BEACON_CAP),
            at=begun + timedelta(seconds=number * progress.BEACON_CAP),
        )
