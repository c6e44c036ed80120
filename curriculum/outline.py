"""The whole shape of a course in a constant number of queries; the only way others learn it."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import get_language

from cms.summary import open_to_all
from curriculum.choices import Completion
from curriculum.models import Catalogue, Course, Lesson, Module, Programme, ProgrammeCourse
from lms.core.navigation import page_address
from lms.core.registries import OutcomeUse, registries


@dataclass(frozen=True)
class LessonOutline:
    page: Lesson
    translation_key: UUID
    title: str
    summary: str
    slug: str
    minutes: int
    required: bool
    completion: str = Completion.BUTTON


@dataclass(frozen=True)
class ModuleOutline:
    page: Module
    translation_key: UUID
    title: str
    summary: str
    minutes: int
    lessons: tuple[LessonOutline, ...]


@dataclass(frozen=True)
class CourseOutline:
    course: Course
    modules: tuple[ModuleOutline, ...]

    @property
    def lessons(self) -> list[LessonOutline]:
        return [lesson for module in self.modules for lesson in module.lessons]

    @property
    def minutes(self) -> int:
        """Minutes in class, over all modules."""
        return sum(module.minutes for module in self.modules)


def course_outline(course: Course) -> CourseOutline:
    """Live modules and lessons of `course`, in teaching order: 2 queries whatever the size."""
    return assembled(
        course,
        Module.objects.child_of(course).live().order_by("path"),
        Lesson.objects.descendant_of(course).live().defer("body").order_by("path"),
    )


def assembled(
    course: Course, modules: Iterable[Module], lessons: Iterable[Lesson]
) -> CourseOutline:
    """The outline of pages that were read, both in the order of the tree; lessons of other modules are left out."""
    modules = list(modules)
    lessons_of: dict[str, list[Lesson]] = {module.path: [] for module in modules}
    for lesson in lessons:
        parent = lesson.path[: -Lesson.steplen]
        if parent in lessons_of:
            lessons_of[parent].append(lesson)
    return CourseOutline(
        course=course,
        modules=tuple(
            ModuleOutline(
                page=module,
                translation_key=module.translation_key,
                title=module.title,
                summary=module.summary,
                minutes=module.minutes,
                lessons=tuple(_lesson(lesson) for lesson in lessons_of[module.path]),
            )
            for module in modules
        ),
    )


def _lesson(lesson: Lesson) -> LessonOutline:
    return LessonOutline(
        page=lesson,
        translation_key=lesson.translation_key,
        title=lesson.title,
        summary=lesson.summary,
        slug=lesson.slug,
        minutes=lesson.minutes,
        required=lesson.required,
        completion=lesson.completion,
    )


@dataclass(frozen=True)
class OutcomeRow:
    """A learning outcome and what serves it: numbers and titles of modules, lessons, quizzes."""

    key: str
    text: str
    modules: tuple[tuple[int, str], ...]
    lessons: tuple[str, ...]
    assessments: tuple[OutcomeUse, ...]

    @property
    def served(self) -> bool:
        """Something to learn it by; an assessment alone teaches nothing."""
        return bool(self.modules or self.lessons)

    @property
    def assessed(self) -> bool:
        return bool(self.assessments)


def outcome_map(outline: CourseOutline, uses: list[OutcomeUse]) -> list[OutcomeRow]:
    """Each outcome of the course with what serves it; a module serves what its lessons do. No query."""
    return [
        _outcome_row(key, text, outline, uses) for key, text in outline.course.outcome_texts.items()
    ]


def _outcome_row(key: str, text: str, outline: CourseOutline, uses: list[OutcomeUse]) -> OutcomeRow:
    return OutcomeRow(
        key=key,
        text=text,
        modules=tuple(
            (number, module.title)
            for number, module in enumerate(outline.modules, start=1)
            if key in module.page.outcome_keys
            or any(key in lesson.page.outcome_keys for lesson in module.lessons)
        ),
        lessons=tuple(
            lesson.title for lesson in outline.lessons if key in lesson.page.outcome_keys
        ),
        assessments=tuple(use for use in uses if key in use.keys),
    )


def outcome_uses(course: Course, *, public: bool) -> list[OutcomeUse]:
    """What other packages know to serve the outcomes of `course`; `public`: what readers may know of."""
    key = course.translation_key
    found = [use for uses in registries.outcome_uses.values() for use in uses([key]).get(key, [])]
    return [use for use in found if use.public] if public else found


def public_map(outline: CourseOutline) -> list[OutcomeRow]:
    """For the course page: published pages and assessments alone; one query."""
    return outcome_map(outline, outcome_uses(outline.course, public=True))


@dataclass(frozen=True)
class CourseEntry:
    """A course as a list shows it."""

    course: Course
    modules: int
    hours: int  # of the modules in class, as the course says


def catalogue_outline(language: str) -> list[CourseEntry]:
    """Open courses in a language (`it`, `en`) in the order of their pages: 2 queries whatever the size."""
    courses = open_to_all(Course.objects.filter(locale__language_code=language)).order_by("path")
    counts = module_counts(language)
    return [course_entry(course, counts) for course in courses]


def module_counts(language: str) -> Counter[str]:
    """How many live modules stand below each course, by the course's path; one query."""
    return Counter(
        path[: -Module.steplen]
        for path in Module.objects.live()
        .filter(locale__language_code=language)
        .values_list("path", flat=True)
    )


def course_entry(course: Course, counts: Counter[str]) -> CourseEntry:
    return CourseEntry(course=course, modules=counts[course.path], hours=course.hours_class)


@dataclass(frozen=True)
class ProgrammeOutline:
    """A programme with its open courses in the order in which they are taken."""

    programme: Programme
    entries: tuple[CourseEntry, ...]

    @property
    def hours_class(self) -> int:
        return sum(entry.course.hours_class for entry in self.entries)

    @property
    def hours_project(self) -> int:
        return sum(entry.course.hours_project for entry in self.entries)

    @property
    def hours_total(self) -> int:
        return sum(entry.course.hours_total for entry in self.entries)


def programme_outlines(
    programmes: Iterable[Programme], entries: Iterable[CourseEntry]
) -> list[ProgrammeOutline]:
    """Published programmes with those of `entries` that they bundle, in their order; one query."""
    programmes = list(programmes)
    keys: dict[int, list[UUID]] = {programme.pk: [] for programme in programmes}
    rows = ProgrammeCourse.objects.filter(programme__in=programmes).order_by("sort_order", "pk")
    for pk, key in rows.values_list("programme_id", "course__translation_key"):
        keys[pk].append(key)
    entries = list(entries)
    return [_bundle(programme, keys[programme.pk], entries) for programme in programmes]


def programme_outline(programme: Programme) -> ProgrammeOutline:
    """Of one programme, published or in hand (a preview), with the open courses of its language; 4 queries."""
    chosen = [row.course_id for row in programme.course_rows.all()]
    keys = dict(Course.objects.filter(pk__in=chosen).values_list("pk", "translation_key"))
    wanted = [keys[pk] for pk in chosen if pk in keys]
    courses = open_to_all(
        Course.objects.filter(translation_key__in=wanted, locale_id=programme.locale_id)
    )
    counts = module_counts(programme.locale.language_code)
    return _bundle(programme, wanted, [course_entry(course, counts) for course in courses])


def _bundle(
    programme: Programme, keys: Iterable[UUID], entries: Iterable[CourseEntry]
) -> ProgrammeOutline:
    by_key = {entry.course.translation_key: entry for entry in entries}
    return ProgrammeOutline(programme, tuple(by_key[key] for key in keys if key in by_key))


def catalogue_address(language: str | None = None) -> str:
    """The address of the catalogue page in a language (default: the reader's), "" without one; 1 query."""
    language = (language or get_language() or "it")[:2]
    page = Catalogue.objects.live().filter(locale__language_code=language).only("url_path").first()
    return page_address(language, page.url_path) if page else ""
