"""The outline of drafts: every page of a course with its state and what it lacks."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from wagtail.models import Page

from curriculum.completeness import (
    Issue,
    Known,
    course_issues,
    lesson_issues,
    module_issues,
    outcomes_of,
)
from curriculum.desk.drafts import content_of, drafts_below, state_of, with_review
from curriculum.desk.links import known_of
from curriculum.desk.nodes import DeskOutline, Node
from curriculum.models import Course, CourseInstructor, Lesson, Module
from lms.core.registries import registries


def desk_outline(course: Course) -> DeskOutline:
    """The course with every module and lesson, drafts too, in teaching order: 5 queries whatever the size."""
    return desk_outlines([course])[0]


def desk_outlines(courses: Sequence[Course]) -> list[DeskOutline]:
    """`desk_outline` of several courses, in the same number of queries."""
    if not courses:
        return []
    modules: list[Module] = list(with_review(drafts_below(Module, courses)))
    lessons: list[Lesson] = list(with_review(drafts_below(Lesson, courses)))
    pages: list[Page] = [*courses, *modules, *lessons]
    contents = {page.pk: content_of(page) for page in pages}
    read = _Read(
        contents=contents,
        known=known_of(contents.values()),
        translations=_translations(courses),
        served=_served_by_others(courses),
        instructors=_instructors(courses),
    )
    return [
        _outline(
            course,
            [module for module in modules if module.path.startswith(course.path)],
            [lesson for lesson in lessons if lesson.path.startswith(course.path)],
            read,
        )
        for course in courses
    ]


@dataclass(frozen=True)
class _Read:
    """What was read of several courses at once; nothing below makes a query."""

    contents: Mapping[int, Mapping[str, Any]]  # by the page's id
    known: Known
    translations: Mapping[UUID, set[str]]  # languages, by translation key
    served: Mapping[UUID, set[str]]  # outcome keys that other packages serve, by the course's key
    instructors: Mapping[int, int]  # how many, by the course's id


def _outline(
    course: Course, modules: Sequence[Module], lessons: Sequence[Lesson], read: _Read
) -> DeskOutline:
    content = read.contents[course.pk]
    outcomes = [key for key, _text in outcomes_of(content)]
    wanted = read.translations[course.translation_key]
    children: dict[str, list[Node]] = {module.path: [] for module in modules}
    for lesson in lessons:
        issues = lesson_issues(
            read.contents[lesson.pk],
            read.known,
            outcomes=outcomes,
            translated=wanted <= read.translations[lesson.translation_key],
        )
        children[lesson.path[: -Page.steplen]].append(_node(lesson, issues, read))
    nodes = []
    for module in modules:
        below = children[module.path]
        issues = module_issues(
            read.contents[module.pk],
            lessons=len(below),
            outcomes=outcomes,
            translated=wanted <= read.translations[module.translation_key],
        )
        nodes.append(_node(module, issues, read, lessons=tuple(below)))
    issues = course_issues(
        content,
        read.known,
        modules=len(modules),
        served=_served(course, [*modules, *lessons], read),
        instructors=read.instructors[course.pk],
        translated=bool(wanted - {course.locale.language_code[:2]}),
    )
    return DeskOutline(course=_node(course, issues, read), modules=tuple(nodes))


def _served(course: Course, pages: Iterable[Page], read: _Read) -> set[str]:
    """The outcome keys that drafts of modules and lessons serve, or other packages."""
    found = set(read.served[course.translation_key])
    for page in pages:
        found |= set(read.contents[page.pk].get("outcome_keys") or [])
    return found


def _node(page: Page, issues: Sequence[Issue], read: _Read, lessons: tuple[Node, ...] = ()) -> Node:
    content = read.contents[page.pk]
    return Node(
        page=page,
        title=page.draft_title or page.title,
        state=state_of(page),
        issues=tuple(issues),
        edited_at=page.latest_revision_created_at,
        languages=tuple(sorted(read.translations[page.translation_key])),
        minutes=int(content.get("minutes") or 0) or sum(lesson.minutes for lesson in lessons),
        required=bool(content.get("required", True)),
        lessons=lessons,
    )


def _translations(courses: Sequence[Course]) -> dict[UUID, set[str]]:
    """Languages in which each page below (and each course) was written, by translation key; aliases do not count."""
    below = Page.objects.none()
    for course in courses:
        below |= Page.objects.descendant_of(course, inclusive=True)
    found: dict[UUID, set[str]] = defaultdict(set)
    rows = Page.objects.filter(
        alias_of=None, translation_key__in=below.order_by().values("translation_key")
    ).values_list("translation_key", "locale__language_code")
    for key, code in rows:
        found[key].add(code[:2])
    return found


def _instructors(courses: Sequence[Course]) -> Counter[int]:
    """How many instructors each course has, whichever of its languages names them, by the course's id."""
    keys = {course.translation_key: course.pk for course in courses}
    rows = CourseInstructor.objects.filter(course__translation_key__in=keys)
    return Counter(keys[key] for key in rows.values_list("course__translation_key", flat=True))


def _served_by_others(courses: Sequence[Course]) -> dict[UUID, set[str]]:
    """Outcome keys that other packages serve (assessments), asked of the registry."""
    served: dict[UUID, set[str]] = defaultdict(set)
    for ask in registries.outcome_uses.values():
        for key, uses in ask([course.translation_key for course in courses]).items():
            served[key].update(*(use.keys for use in uses))
    return served
