"""One pinned lesson made ready to read, with its place in the syllabus; nothing is written."""

import json
import re
from dataclasses import dataclass, replace
from html import unescape
from typing import Any
from uuid import UUID

from django.db.models import Case, Q, When
from django.utils.html import strip_tags
from django.utils.translation import get_language

from curriculum.models import Lesson
from lms.accounts.models import User
from lms.cohorts.models import (
    Cohort,
    Enrolment,
    PinnedLesson,
    SyllabusLesson,
    SyllabusModule,
)
from lms.cohorts.models.syllabus import blocks_of
from lms.cohorts.outline import LessonEntry, ModuleEntry, Syllabus, cohort_syllabus, lesson_url

# What a reader sees of a revision beside the text.
READ = ("title", "summary", "minutes", "required")
PAGE_LINK = re.compile(r'<a\b(?=[^>]*\blinktype="page")[^>]*?\bid="(\d+)"[^>]*>')


@dataclass(frozen=True)
class Reading:
    """What the player shows. `page` is never saved: it is built from a revision.

    `title_language` and `body_language` may differ from the reader's and from each other: a translation
    may have a title and no text yet.
    """

    syllabus: Syllabus
    module: ModuleEntry
    entry: LessonEntry
    page: Lesson
    title_language: str
    body_language: str
    pin_ids: frozenset[int]  # of the versions read: the title's and the text's
    version: str  # the hash of the text that is read; "" for a draft
    previous: LessonEntry | None
    next: LessonEntry | None

    @property
    def place(self) -> int:
        """1 for the first lesson of its module."""
        return self.module.lessons.index(self.entry) + 1


def read_lesson(cohort: Cohort, lesson_id: int, language: str | None = None) -> Reading | None:
    """The lesson as the cohort pinned it, in `language` (default: the reader's), else in Italian.

    `lesson_id` is that of the Italian page, as in the address; None if it is not in the syllabus.
    Constant queries, whatever the size of the syllabus.
    """
    language = (language or get_language() or "it")[:2]
    # Modules come with their lessons; one without lessons is nothing to read.
    rows = cohort.lessons.select_related("module").order_by("module__position", "position")
    syllabus = cohort_syllabus(cohort, language, rows=list(rows))
    entries = syllabus.lessons
    at = next((n for n, entry in enumerate(entries) if entry.row.lesson_id == lesson_id), None)
    if at is None:
        return None
    versions = _versions(entries[at].row)
    first = versions.get(language) or versions.get("it")
    if first is None:
        return None
    written = first if blocks_of(first.revision) else versions.get("it", first)
    page = _page(first, written, _addresses(syllabus))
    return Reading(
        syllabus=syllabus,
        page=page,
        title_language=first.locale.language_code[:2],
        body_language=written.locale.language_code[:2],
        pin_ids=frozenset({first.pk, written.pk}),
        version=written.content_hash,
        **_place(syllabus, at),
    )


def blocks_of_type(page: Lesson, kind: str) -> frozenset[UUID]:
    """The ids of the page's blocks of a type, such as `check`."""
    return frozenset(
        UUID(child["id"])
        for child in page.body.raw_data
        if child["type"] == kind and child.get("id")
    )


def question_of(page: Lesson, block: UUID) -> str | None:
    """The words of the reflection with that block id; None if the lesson has no such reflection."""
    for child in page.body:
        if child.block_type == "reflection" and child.id == str(block):
            prompt = child.value["prompt"].source
            plain = strip_tags(prompt.replace("</p>", " ").replace("</li>", " "))
            return " ".join(unescape(plain).split())
    return None


def read_draft(cohort: Cohort, draft: Lesson, language: str) -> Reading:
    """A lesson as it was last saved, in the frame of `cohort`, as if it were the next version that it reads.

    In `language` the translation's draft is shown where there is one, else the lesson's own words. A
    lesson that the cohort does not read yet stands where it would come in. Nothing is written; `page` is never saved.
    """
    syllabus = cohort_syllabus(cohort, language)
    page = draft
    if draft.locale.language_code[:2] != language:
        twin = Lesson.objects.filter(
            translation_key=draft.translation_key, locale__language_code=language, alias_of=None
        ).first()
        page = twin.get_latest_revision_as_object() if twin else draft
    written = page if page.body else draft
    entries = syllabus.lessons
    key = draft.translation_key
    at = next((n for n, entry in enumerate(entries) if entry.row.translation_key == key), None)
    if at is None:
        syllabus = _with_place(syllabus, draft, language)
        entries = syllabus.lessons
        at = next(n for n, entry in enumerate(entries) if entry.row.translation_key == key)
    shown = page.specific_class(
        title=page.title, summary=page.summary, minutes=page.minutes, required=page.required,
        slug=draft.slug, url_path=draft.url_path, locale=page.locale, body=written.body,
    )  # fmt: skip
    return Reading(
        syllabus=syllabus,
        page=shown,
        title_language=page.locale.language_code[:2],
        body_language=written.locale.language_code[:2],
        pin_ids=frozenset(),
        version="",
        **_place(syllabus, at),
    )


def _place(syllabus: Syllabus, at: int) -> dict[str, Any]:
    """Where the lesson of that index stands: its module, and its neighbours across modules."""
    entries = syllabus.lessons
    entry = entries[at]
    return {
        "module": next(module for module in syllabus.modules if entry in module.lessons),
        "entry": entry,
        "previous": entries[at - 1] if at else None,
        "next": entries[at + 1] if at + 1 < len(entries) else None,
    }


def _with_place(syllabus: Syllabus, draft: Lesson, language: str) -> Syllabus:
    """The syllabus with a place for a lesson that it has not: where bringing it in would put it.

    That is the end of its module, and of the course for a new module. The rows added are never saved.
    """
    above = draft.get_parent()
    modules = list(syllabus.modules)
    at = next(
        (n for n, m in enumerate(modules) if m.row.translation_key == above.translation_key), None
    )
    if at is None:
        at, number, title = len(modules), len(modules) + 1, above.draft_title
        row = SyllabusModule(
            cohort=syllabus.cohort, position=number, titles={language: title},
            translation_key=above.translation_key,
        )  # fmt: skip
        modules.append(ModuleEntry(row=row, number=number, title=title, minutes=0, lessons=()))
    module = modules[at]
    position = len(module.lessons) + 1
    lesson = SyllabusLesson(
        cohort=syllabus.cohort, module=module.row, position=position, lesson_id=draft.pk,
        translation_key=draft.translation_key, required=draft.required, minutes=draft.minutes,
    )  # fmt: skip
    entry = LessonEntry(
        row=lesson,
        number=f"{module.number}.{position}",
        title=draft.title,
        language=draft.locale.language_code[:2],
        url="#",
    )
    modules[at] = replace(module, lessons=(*module.lessons, entry))
    return replace(syllabus, modules=tuple(modules))


def enrolled_address(user: User, lesson_key: UUID) -> str:
    """Where this person reads the lesson of that translation key: in the cohort that is running, else the latest.

    Cohorts whose syllabus has no such lesson do not count; "" for who is in none. One query.
    """
    running = Q(syllabus_lesson__cohort__in=Cohort.objects.teaching())
    pin = (
        PinnedLesson.objects.filter(
            syllabus_lesson__translation_key=lesson_key,
            syllabus_lesson__cohort__cancelled_at=None,
            syllabus_lesson__cohort__enrolments__in=Enrolment.objects.active().filter(user=user),
            locale__language_code="it",
        )
        .order_by(Case(When(running, then=0), default=1), "-syllabus_lesson__cohort__starts_on")
        .values_list("syllabus_lesson__cohort__code", "syllabus_lesson__lesson_id", "title")
        .first()
    )
    return lesson_url(*pin) if pin else ""


def pinned_blocks(row: SyllabusLesson, language: str | None = None) -> list[dict]:
    """The raw blocks that are read of a lesson in `language` (default: the reader's), else the Italian ones; one query."""
    versions = _versions(row)
    first = versions.get((language or get_language() or "it")[:2])
    blocks = blocks_of(first.revision) if first else []
    return blocks or (blocks_of(versions["it"].revision) if "it" in versions else [])


def _versions(row: SyllabusLesson) -> dict[str, PinnedLesson]:
    pins = PinnedLesson.objects.filter(syllabus_lesson=row).select_related(
        "lesson", "revision", "locale"
    )
    return {pin.locale.language_code[:2]: pin for pin in pins}


def _page(first: PinnedLesson, written: PinnedLesson, addresses: dict[str, str]) -> Lesson:
    """Title and summary of the first version, body of the written one, slug and path of the live row.

    A revision carries the address that the page had when it was written. Its owner, comments and place in the tree,
    which Wagtail's `with_content_json` looks up, would cost three queries.
    """
    page: Any = first.lesson
    for name in READ:
        if name in first.revision.content:
            setattr(page, name, first.revision.content[name])
    page.body = json.dumps(_rewritten(blocks_of(written.revision), addresses))
    page.locale = first.locale
    return page


def _addresses(syllabus: Syllabus) -> dict[str, str]:
    """Cohort addresses by page id, of every pinned version in every language."""
    by_row = {entry.row.pk: entry.url for entry in syllabus.lessons}
    return {str(page_id): by_row[row_id] for page_id, row_id in syllabus.pages.items()}


def _rewritten(value: Any, addresses: dict[str, str]) -> Any:
    """Links to lessons of the syllabus lead to the pinned versions, even where the page is no longer live."""
    if isinstance(value, dict):
        return {key: _rewritten(item, addresses) for key, item in value.items()}
    if isinstance(value, list):
        return [_rewritten(item, addresses) for item in value]
    if isinstance(value, str) and 'linktype="page"' in value:
        return PAGE_LINK.sub(
            lambda link: f'<a href="{addresses[link[1]]}">' if link[1] in addresses else link[0],
            value,
        )
    return value
