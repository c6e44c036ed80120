"""The whole shape of a course in a constant number of queries; the only way others learn it."""

from collections import Counter
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import get_language

from curriculum.models import Catalogue, Course, Lesson, Module
from lms.core.navigation import page_address


@dataclass(frozen=True)
class LessonOutline:
    page: Lesson
    translation_key: UUID
    title: str
    summary: str
    slug: str
    minutes: int
    required: bool


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
    modules = list(Module.objects.child_of(course).live().order_by("path"))
    lessons_of: dict[str, list[Lesson]] = {module.path: [] for module in modules}
    for lesson in Lesson.objects.descendant_of(course).live().defer("body").order_by("path"):
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
    )


@dataclass(frozen=True)
class CourseEntry:
    """A course as a list shows it."""

    course: Course
    modules: int
    hours: int  # of the modules in class, as the course says


def catalogue_outline(language: str) -> list[CourseEntry]:
    """Live courses in a language (`it`, `en`) in the order of their pages: 2 queries whatever the size."""
    courses = list(
        Course.objects.live()
        .filter(locale__language_code=language)
        .defer("introduction", "outcomes")
        .order_by("path")
    )
    counts = Counter(
        path[: -Module.steplen]
        for path in Module.objects.live()
        .filter(locale__language_code=language)
        .values_list("path", flat=True)
    )
    return [
        CourseEntry(course=course, modules=counts[course.path], hours=course.hours_class)
        for course in courses
    ]


def catalogue_address(language: str | None = None) -> str:
    """The address of the catalogue page in a language (default: the reader's), "" without one; 1 query."""
    language = (language or get_language() or "it")[:2]
    page = Catalogue.objects.live().filter(locale__language_code=language).only("url_path").first()
    return page_address(language, page.url_path) if page else ""
