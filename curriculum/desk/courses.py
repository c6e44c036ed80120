"""Whose courses they are, and the rows of the dashboard."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet
from wagtail.models import Page

from curriculum.desk.drafts import state_of, with_review
from curriculum.desk.nodes import DeskOutline, Node
from curriculum.desk.outlines import desk_outlines
from curriculum.models import Course, CourseInstructor, course_path
from lms.accounts.choices import Role
from lms.accounts.models import User
from lms.core.registries import registries


@dataclass(frozen=True)
class DeskCourse:
    """A course on the dashboard: the Italian page with its outline, the others in `languages`."""

    outline: DeskOutline
    languages: tuple[tuple[str, str, int], ...]  # (code, state's label, page id)
    uses: tuple[Any, ...] = field(default=())  # registries.CourseUse
    editor: str = ""  # who saved last

    @property
    def course(self) -> Node:
        return self.outline.course


def courses() -> QuerySet[Course]:
    """Courses with what the outline needs of them."""
    return with_review(Course.objects.select_related("locale", "latest_revision"))


def course_of(page: Page) -> Course | None:
    """The course that a module or lesson stands in, or the course itself."""
    return courses().filter(path=course_path(page)).first()


def courses_authored(user: User) -> QuerySet[Course]:
    """Those of which `rules.may_author` says yes, in every language."""
    if user.has_role(Role.ADMINISTRATOR):
        return Course.objects.all()
    if user.has_role(Role.INSTRUCTOR):
        return CourseInstructor.courses_of(user)
    return Course.objects.none()


def courses_on_desk(user: User) -> QuerySet[Course]:
    """The courses that a person works on, in Italian where there is one; all for administrators and the committee."""
    found = courses().order_by("path")
    if not user.has_role(Role.COMMITTEE):
        found = found.filter(pk__in=courses_authored(user).values("pk"))
    italian = Course.objects.filter(locale__language_code="it").values("translation_key")
    return found.filter(Q(locale__language_code="it") | ~Q(translation_key__in=italian))


def desk_courses(courses: Sequence[Course], user: User) -> list[DeskCourse]:
    """The dashboard's rows, in a constant number of queries whatever the number of courses."""
    outlines = desk_outlines(courses)
    keys = [course.translation_key for course in courses]
    languages = _languages(keys)
    uses: dict[UUID, list[Any]] = defaultdict(list)
    for use in registries.course_uses:
        for key, found in use(keys, user).items():
            uses[key] += found
    editors = _last_editors(outlines)
    return [
        DeskCourse(
            outline=outline,
            languages=tuple(languages[course.translation_key]),
            uses=tuple(uses[course.translation_key]),
            editor=editors.get(course.pk, ""),
        )
        for course, outline in zip(courses, outlines, strict=True)
    ]


def _languages(keys: Iterable[UUID]) -> dict[UUID, list[tuple[str, str, int]]]:
    """(code, state's label, page id) of each page that was written of the courses, Italian first; one query."""
    found: dict[UUID, list[tuple[str, str, int]]] = defaultdict(list)
    rows = with_review(
        Course.objects.filter(translation_key__in=keys, alias_of=None)
        .select_related("locale")
        .order_by("-locale__language_code")
        .only(
            "translation_key", "locale", "live", "has_unpublished_changes", "latest_revision", "path", "depth"
        )
    )  # fmt: skip
    for row in rows:
        found[row.translation_key].append(
            (row.locale.language_code[:2], str(state_of(row).label), row.pk)
        )
    return found


def _last_editors(outlines: Sequence[DeskOutline]) -> dict[int, str]:
    """Who saved last in each course, by the course's id; one query for the people."""
    last: dict[int, int] = {}
    for outline in outlines:
        node = outline.last_edited
        revision = node.page.latest_revision if node else None
        if revision and revision.user_id:
            last[outline.course.id] = revision.user_id
    people = get_user_model()._default_manager.in_bulk(set(last.values()))
    return {course: str(people[user]) for course, user in last.items() if user in people}
