"""A cohort's syllabus for readers: pinned titles in the reader's language, constant queries."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import get_language

from lms.cohorts.models import Cohort, PinnedLesson, SyllabusLesson, SyllabusModule


@dataclass(frozen=True)
class LessonEntry:
    row: SyllabusLesson
    number: str  # "3.2"
    title: str
    language: str  # of the version that will be read
    url: str

    @property
    def id(self) -> int:
        return self.row.pk

    @property
    def minutes(self) -> int:
        return self.row.minutes

    @property
    def required(self) -> bool:
        return self.row.required


@dataclass(frozen=True)
class ModuleEntry:
    row: SyllabusModule
    number: int
    title: str
    minutes: int
    lessons: tuple[LessonEntry, ...]


@dataclass(frozen=True)
class Syllabus:
    cohort: Cohort
    modules: tuple[ModuleEntry, ...]
    # Row by page, of every pinned page in every language.
    pages: Mapping[int, int] = field(default_factory=dict)

    @property
    def lessons(self) -> list[LessonEntry]:
        return [lesson for module in self.modules for lesson in module.lessons]


def cohort_syllabus(
    cohort: Cohort,
    language: str | None = None,
    rows: Sequence[SyllabusLesson] | None = None,
) -> Syllabus:
    """Modules and lessons of the cohort in teaching order: 3 queries whatever the size.

    Who has read all its lessons already, with their modules, gives them as `rows`: then 1 query.
    Titles are those of the pinned version in `language` (default: the reader's), else the Italian.
    """
    if rows is None:
        modules = list(SyllabusModule.objects.filter(cohort=cohort).order_by("position"))
        rows = list(SyllabusLesson.objects.filter(cohort=cohort).order_by("position"))
    else:
        modules = list({row.module_id: row.module for row in rows}.values())
    return _syllabus(cohort, modules, rows, _pins([cohort.pk])[cohort.pk], language)


def syllabi_of(
    cohorts: Mapping[int, Cohort], rows: Mapping[int, Sequence[SyllabusLesson]]
) -> dict[int, Syllabus]:
    """The syllabus of several cohorts by their ids, in the reader's language: 1 query.

    `rows` are each cohort's lessons in teaching order, with their modules.
    """
    pins = _pins(cohorts)
    found = {}
    for pk, cohort in cohorts.items():
        lessons = rows.get(pk, ())
        modules = list({row.module_id: row.module for row in lessons}.values())
        found[pk] = _syllabus(cohort, modules, lessons, pins[pk])
    return found


@dataclass(frozen=True)
class _Pins:
    titles: dict[int, dict[str, str]] = field(default_factory=dict)  # by lesson, then language
    pages: dict[int, int] = field(default_factory=dict)


def _pins(cohorts: Iterable[int]) -> dict[int, _Pins]:
    found = {pk: _Pins() for pk in cohorts}
    rows = PinnedLesson.objects.filter(syllabus_lesson__cohort__in=list(found)).values_list(
        "syllabus_lesson__cohort_id", "syllabus_lesson_id", "locale__language_code", "title",
        "lesson_id",
    )  # fmt: skip
    for cohort_id, lesson_id, code, title, page_id in rows:
        found[cohort_id].titles.setdefault(lesson_id, {})[code[:2]] = title
        found[cohort_id].pages[page_id] = lesson_id
    return found


def _syllabus(
    cohort: Cohort,
    modules: Sequence[SyllabusModule],
    rows: Sequence[SyllabusLesson],
    pins: _Pins,
    language: str | None = None,
) -> Syllabus:
    language = (language or get_language() or "it")[:2]
    lessons: dict[int, list[SyllabusLesson]] = {}
    for row in rows:
        lessons.setdefault(row.module_id, []).append(row)
    return Syllabus(
        cohort=cohort,
        pages=pins.pages,
        modules=tuple(
            ModuleEntry(
                row=module,
                number=module.position,
                title=module.titles.get(language) or module.titles.get("it", ""),
                minutes=module.minutes,
                lessons=tuple(
                    _entry(cohort, module, row, pins.titles.get(row.pk, {}), language)
                    for row in lessons.get(module.pk, [])
                ),
            )
            for module in modules
        ),
    )


def lesson_url(code: str, lesson_id: int, title: str) -> str:
    """The address of a pinned lesson, keyed by the lesson page's id: a rename breaks no link."""
    return reverse("progress:lesson", args=[code, lesson_id, slugify(title) or "lezione"])


def _entry(
    cohort: Cohort,
    module: SyllabusModule,
    row: SyllabusLesson,
    titles: dict[str, str],
    language: str,
) -> LessonEntry:
    read = language if language in titles else "it"
    title = titles.get(read, "")
    return LessonEntry(
        row=row,
        number=f"{module.position}.{row.position}",
        title=title,
        language=read,
        url=lesson_url(cohort.code, row.lesson_id, title),
    )
