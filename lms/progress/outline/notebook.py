"""All that a learner noted and marked in a cohort, by module and lesson, to read and to take away."""

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from lms.accounts.models import User
from lms.cohorts.models import Cohort, PinnedLesson
from lms.cohorts.models.syllabus import blocks_of
from lms.cohorts.outline import LessonEntry, ModuleEntry, cohort_syllabus
from lms.core.dates import day_in_words
from lms.progress.models import Bookmark, Highlight, Note
from lms.progress.outline.passages import Marked, marked_passages


@dataclass(frozen=True, slots=True)
class LessonNotes:
    entry: LessonEntry
    notes: tuple[Note, ...]
    marks: tuple[Marked, ...]
    bookmark: Bookmark | None


@dataclass(frozen=True, slots=True)
class ModuleNotes:
    module: ModuleEntry
    lessons: tuple[LessonNotes, ...]

    @property
    def written(self) -> bool:
        """Whether something of it is more than a bookmark, which has a list of its own."""
        return any(lesson.notes or lesson.marks for lesson in self.lessons)


@dataclass(frozen=True, slots=True)
class Notebook:
    cohort: Cohort
    modules: tuple[ModuleNotes, ...]

    @property
    def lessons(self) -> list[LessonNotes]:
        return [lesson for module in self.modules for lesson in module.lessons]

    @property
    def bookmarked(self) -> list[LessonNotes]:
        return [lesson for lesson in self.lessons if lesson.bookmark]


def notebook_of(user: User, cohort: Cohort) -> Notebook:
    """One's own notes, highlights and bookmarks of a cohort, and nobody else's: at most 8 queries."""
    notes = _by_lesson(Note.objects.visible_to(user).filter(enrolment__cohort=cohort).in_order())
    marks = _marks(user, cohort)
    bookmarks = {
        row.lesson_id: row
        for row in Bookmark.objects.visible_to(user).filter(enrolment__cohort=cohort)
    }
    kept = set(notes) | set(marks) | set(bookmarks)
    return Notebook(
        cohort=cohort,
        modules=tuple(
            ModuleNotes(
                module,
                tuple(
                    LessonNotes(
                        entry,
                        tuple(notes.get(entry.id, ())),
                        tuple(marks.get(entry.id, ())),
                        bookmarks.get(entry.id),
                    )
                    for entry in module.lessons
                    if entry.id in kept
                ),
            )
            for module in cohort_syllabus(cohort).modules
            if any(entry.id in kept for entry in module.lessons)
        ),
    )


def _by_lesson(rows: Iterable[Any]) -> dict[int, list]:
    found: dict[int, list] = {}
    for row in rows:
        found.setdefault(row.lesson_id, []).append(row)
    return found


def _marks(user: User, cohort: Cohort) -> dict[int, list[Marked]]:
    """By lesson. Only where the text changed since is it asked whether the passage is still there."""
    rows = list(Highlight.objects.visible_to(user).filter(enrolment__cohort=cohort).in_order())
    if not rows:
        return {}
    now = {
        (lesson, language[:2]): version
        for lesson, language, version in PinnedLesson.objects.filter(
            syllabus_lesson__in={row.lesson_id for row in rows}
        ).values_list("syllabus_lesson", "locale__language_code", "content_hash")
    }
    stale = {row.lesson_id for row in rows if now.get((row.lesson_id, row.language)) != row.version}
    texts = {
        (pin.syllabus_lesson_id, pin.locale.language_code[:2]): blocks_of(pin.revision)
        for pin in PinnedLesson.objects.filter(syllabus_lesson__in=stale).select_related(
            "revision", "locale"
        )
    } if stale else {}  # fmt: skip
    found: dict[int, list[Marked]] = {}
    for row in rows:
        place = (row.lesson_id, row.language)
        if now.get(place) == row.version:
            mark = Marked(row, row.block)
        else:
            mark = marked_passages([row], texts.get(place, []), row.language)[0]
        found.setdefault(row.lesson_id, []).append(mark)
    return found


def as_markdown(notebook: Notebook) -> str:
    """The notebook as a text that any program opens; words of people stand in quotations."""
    return "\n".join(_markdown(notebook)).strip() + "\n"


def _markdown(notebook: Notebook) -> Iterator[str]:
    cohort = notebook.cohort
    yield f"# {_('My notes')} · {cohort.title} ({cohort.code})"
    yield ""
    yield _("Taken out on %(day)s.") % {"day": _day(timezone.now())}
    for module in notebook.modules:
        yield f"\n## {module.module.number}. {module.module.title}"
        for lesson in module.lessons:
            yield f"\n### {lesson.entry.number} {lesson.entry.title}"
            if lesson.bookmark:
                yield f"\n{_('Bookmarked on %(day)s') % {'day': _day(lesson.bookmark.created_at)}}"
            for note in lesson.notes:
                yield f"\n**{note.question}**\n\n{_quoted(note.text)}"
            for mark in lesson.marks:
                yield f"\n{_quoted(mark.row.quote)}"
                if mark.lost:
                    yield f"\n({_('Not found in the version that is read now')})"
                if mark.row.remark:
                    yield f"\n{_('My note')}:\n\n{_quoted(mark.row.remark)}"


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))


def _day(at: datetime.datetime) -> str:
    return day_in_words(at, "year").replace("\u00a0", " ")


def as_data(notebook: Notebook, site: str) -> dict[str, Any]:
    """The notebook as JSON: highlights and notes are annotations in the manner of the W3C's Web Annotation."""
    return {
        "@context": "http://www.w3.org/ns/anno.jsonld",
        "type": "AnnotationCollection",
        "label": f"{notebook.cohort.title} ({notebook.cohort.code})",
        "bookmarks": [
            _source(lesson, site) | {"created": lesson.bookmark.created_at.isoformat()}
            for lesson in notebook.bookmarked
            if lesson.bookmark
        ],
        "items": [
            annotation
            for lesson in notebook.lessons
            for annotation in (*_notes(lesson, site), *_highlights(lesson, site))
        ],
    }


def _source(lesson: LessonNotes, site: str) -> dict[str, Any]:
    entry = lesson.entry
    return {"source": f"{site}{entry.url}", "lesson": entry.number, "title": entry.title}


def _notes(lesson: LessonNotes, site: str) -> Iterator[dict[str, Any]]:
    for note in lesson.notes:
        yield {
            "type": "Annotation",
            "motivation": "replying",
            "created": note.created_at.isoformat(),
            "modified": note.updated_at.isoformat(),
            "body": [{"type": "TextualBody", "value": note.text, "format": "text/plain"}],
            "target": _source(lesson, site) | {"question": note.question, "block": str(note.block)},
        }


def _highlights(lesson: LessonNotes, site: str) -> Iterator[dict[str, Any]]:
    for mark in lesson.marks:
        row = mark.row
        body = [{"type": "TextualBody", "value": row.remark, "format": "text/plain"}]
        yield {
            "type": "Annotation",
            "id": f"urn:uuid:{row.key}",
            "motivation": "commenting" if row.remark else "highlighting",
            "created": row.created_at.isoformat(),
            "modified": row.updated_at.isoformat(),
            "body": body if row.remark else [],
            "found": not mark.lost,
            "target": _source(lesson, site)
            | {
                "language": row.language,
                "block": str(row.block),
                "version": row.version,
                "selector": {
                    "type": "TextQuoteSelector",
                    "exact": row.quote,
                    "prefix": row.prefix,
                    "suffix": row.suffix,
                },
            },
        }
