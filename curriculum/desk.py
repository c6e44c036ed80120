"""What an author sees of courses: drafts, their state, what is incomplete. Reads and computes; writes nothing.

The public shape of a course is `outline.course_outline`; this one shows what is not published, too.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast
from wagtail.models import Page, Revision, WorkflowState

from cms.models import HubDocument, HubImage
from curriculum.choices import PageState
from curriculum.completeness import (
    Issue,
    Known,
    References,
    course_issues,
    lesson_issues,
    module_issues,
    outcomes_of,
    references_of,
)
from curriculum.models import Course, CourseInstructor, Lesson, Module
from lms.accounts.choices import Role
from lms.accounts.models import User
from lms.core.registries import registries

STREAMS = ("body", "introduction", "outcomes")
# An order as authors send it back: "12:34,56;13:" is module 12 with two lessons, then 13 with none.
MODULE_SIGN, PAGE_SIGN = ";", ","


@dataclass(frozen=True)
class Node:
    """A course, a module or a lesson as it was last saved."""

    page: Page
    title: str
    state: PageState
    issues: tuple[Issue, ...]
    edited_at: datetime | None
    languages: tuple[str, ...]  # of its translations, aliases left out
    minutes: int = 0
    required: bool = True
    lessons: tuple["Node", ...] = ()

    @property
    def id(self) -> int:
        return self.page.pk

    @property
    def needed(self) -> int:
        """How many things must be mended, advice left out."""
        return sum(not issue.advice for issue in self.issues)


@dataclass(frozen=True)
class DeskOutline:
    course: Node
    modules: tuple[Node, ...]

    @property
    def lessons(self) -> list[Node]:
        return [lesson for module in self.modules for lesson in module.lessons]

    @property
    def nodes(self) -> list[Node]:
        found = [self.course]
        for module in self.modules:
            found += [module, *module.lessons]
        return found

    @property
    def needed(self) -> int:
        return sum(node.needed for node in self.nodes)

    @property
    def minutes(self) -> int:
        return sum(lesson.minutes for lesson in self.lessons)

    @property
    def order(self) -> str:
        return order_text(
            [(m.page.pk, [lesson.page.pk for lesson in m.lessons]) for m in self.modules]
        )

    @property
    def edited_at(self) -> datetime | None:
        return max((node.edited_at for node in self.nodes if node.edited_at), default=None)


def order_text(order: Iterable[tuple[int, Sequence[int]]]) -> str:
    """The order of modules and lessons (page ids) in one line."""
    return MODULE_SIGN.join(
        f"{module}:{PAGE_SIGN.join(str(pk) for pk in lessons)}" for module, lessons in order
    )


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


# --- Whose courses --------------------------------------------------------------------------------
def courses() -> QuerySet[Course]:
    """Courses with what the outline needs of them."""
    return _with_review(Course.objects.select_related("locale", "latest_revision"))


def courses_on_desk(user: User) -> QuerySet[Course]:
    """The courses that a person works on, in Italian where there is one; all for administrators and the committee."""
    found = courses().order_by("path")
    if not user.has_role(Role.ADMINISTRATOR, Role.COMMITTEE):
        if not user.has_role(Role.INSTRUCTOR):
            return found.none()
        taught = CourseInstructor.objects.filter(user=user).values("course__translation_key")
        found = found.filter(translation_key__in=taught)
    italian = Course.objects.filter(locale__language_code="it").values("translation_key")
    return found.filter(Q(locale__language_code="it") | ~Q(translation_key__in=italian))


def desk_courses(courses: Sequence[Course], user: User) -> list[DeskCourse]:
    """The dashboard's rows, in a constant number of queries whatever the number of courses."""
    outlines = desk_outlines(courses)
    keys = [course.translation_key for course in courses]
    languages: dict[UUID, list[tuple[str, str, int]]] = defaultdict(list)
    rows = _with_review(
        Course.objects.filter(translation_key__in=keys, alias_of=None)
        .select_related("locale")
        .order_by("-locale__language_code")
        .only(
            "translation_key", "locale", "live", "has_unpublished_changes", "latest_revision", "path", "depth"
        )
    )  # fmt: skip
    for row in rows:
        languages[row.translation_key].append(
            (row.locale.language_code[:2], str(_state(row).label), row.pk)
        )
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


def _last_editors(outlines: Sequence[DeskOutline]) -> dict[int, str]:
    """Who saved last in each course, by the course's id; one query for the people."""
    last: dict[int, int] = {}
    for outline in outlines:
        saved = [
            (n.edited_at, n.page) for n in outline.nodes if n.edited_at and n.page.latest_revision
        ]
        if not saved:
            continue
        page = max(saved, key=lambda row: row[0])[1]
        if page.latest_revision.user_id:
            last[outline.course.page.pk] = page.latest_revision.user_id
    people = get_user_model()._default_manager.in_bulk(set(last.values()))
    return {course: str(people[user]) for course, user in last.items() if user in people}


# --- The outline of drafts --------------------------------------------------------------------------
def desk_outline(course: Course) -> DeskOutline:
    """The course with every module and lesson, drafts too, in teaching order: 5 queries whatever the size."""
    return desk_outlines([course])[0]


def desk_outlines(courses: Sequence[Course]) -> list[DeskOutline]:
    """`desk_outline` of several courses, in the same number of queries."""
    if not courses:
        return []
    modules = _below(Module, courses)
    lessons = _below(Lesson, courses)
    pages: list[Page] = [*courses, *modules, *lessons]
    contents = {page.pk: _content(page) for page in pages}
    known = known_of(contents.values())
    translations = _translations(courses)
    assessed = _served_by_others(courses)
    instructors = _instructors(courses)
    outlines = []
    for course in courses:
        mine = [m for m in modules if m.path.startswith(course.path)]
        own = [lesson for lesson in lessons if lesson.path.startswith(course.path)]
        outlines.append(
            _outline(
                course, mine, own, contents, known, translations,
                served=assessed.get(course.translation_key, set()),
                instructors=instructors[course.pk],
            )
        )  # fmt: skip
    return outlines


def _outline(
    course: Course,
    modules: Sequence[Module],
    lessons: Sequence[Lesson],
    contents: Mapping[int, Mapping[str, Any]],
    known: Known,
    translations: Mapping[UUID, set[str]],
    *,
    served: set[str],
    instructors: int,
) -> DeskOutline:
    """Put together what was read; no query."""
    outcomes = [key for key, _text in outcomes_of(contents[course.pk])]
    wanted = translations[course.translation_key]
    children: dict[str, list[Node]] = {module.path: [] for module in modules}
    reached = set(served)
    for lesson in lessons:
        content = contents[lesson.pk]
        reached |= set(content.get("outcome_keys") or [])
        issues = lesson_issues(
            content,
            known,
            outcomes=outcomes,
            translated=wanted <= translations[lesson.translation_key],
        )
        node = _node(lesson, content, issues, translations)
        children[lesson.path[: -Page.steplen]].append(node)
    shown = []
    for module in modules:
        content = contents[module.pk]
        reached |= set(content.get("outcome_keys") or [])
        issues = module_issues(
            content,
            lessons=len(children[module.path]),
            outcomes=outcomes,
            translated=wanted <= translations[module.translation_key],
        )
        shown.append(
            _node(module, content, issues, translations, lessons=tuple(children[module.path]))
        )
    content = contents[course.pk]
    issues = course_issues(
        content,
        known,
        modules=len(modules),
        served=reached,
        instructors=instructors,
        translated=bool(wanted - {course.locale.language_code[:2]}),
    )
    return DeskOutline(course=_node(course, content, issues, translations), modules=tuple(shown))


def _node(
    page: Page,
    content: Mapping[str, Any],
    issues: Sequence[Issue],
    translations: Mapping[UUID, set[str]],
    lessons: tuple[Node, ...] = (),
) -> Node:
    return Node(
        page=page,
        title=page.draft_title or page.title,
        state=_state(page),
        issues=tuple(issues),
        edited_at=page.latest_revision_created_at,
        languages=tuple(sorted(translations[page.translation_key])),
        minutes=int(content.get("minutes") or 0) or sum(lesson.minutes for lesson in lessons),
        required=bool(content.get("required", True)),
        lessons=lessons,
    )


def _below(model: type[Page], courses: Sequence[Course]) -> list[Any]:
    """The modules or lessons of the courses with their latest draft; bodies come from the draft."""
    pages = model.objects.none()
    for course in courses:
        pages |= model.objects.descendant_of(course)
    pages = pages.select_related("latest_revision").order_by("path")
    if model is Lesson:
        pages = pages.defer("body")
    return list(_with_review(pages))


def _with_review(pages: QuerySet) -> QuerySet:
    """Annotated with `in_review`: a workflow of the page is under way."""
    states = WorkflowState.objects.filter(
        base_content_type__app_label="wagtailcore",
        base_content_type__model="page",
        object_id=Cast(OuterRef("pk"), CharField()),
        status=WorkflowState.STATUS_IN_PROGRESS,
    )
    return pages.annotate(in_review=Exists(states))


def _state(page: Page) -> PageState:
    reviewed = getattr(page, "in_review", None)
    if reviewed is None:
        reviewed = page.workflow_in_progress
    if reviewed:
        return PageState.REVIEW
    if not page.live:
        return PageState.DRAFT
    return PageState.CHANGED if page.has_unpublished_changes else PageState.LIVE


def _content(page: Page) -> Mapping[str, Any]:
    """The latest draft's fields, streams as lists; the page's own where it has no draft."""
    revision: Revision | None = page.latest_revision
    content = dict(revision.content if revision else page.serializable_data())
    for name in STREAMS:
        if isinstance(content.get(name), str):
            content[name] = json.loads(content[name] or "[]")
    return content


def known_of(contents: Iterable[Mapping[str, Any]]) -> Known:
    """Which pages, documents and pictures that the contents lead to exist; one query, none without links."""
    found = References()
    for content in contents:
        for name in ("body", "introduction"):
            found |= references_of(content.get(name) or [])
    rows: list[QuerySet] = []
    for kind, model, wanted, live in (
        ("page", Page, found.pages, F("live")),
        ("document", HubDocument, found.documents, Value(True)),
        ("image", HubImage, found.images, Value(True)),
    ):
        if wanted:
            rows.append(
                model._default_manager.filter(pk__in=wanted)
                .order_by()
                .annotate(kind=Value(kind), readable=live)
                .values_list("kind", "pk", "readable")
            )
    if not rows:
        return Known()
    kinds: dict[str, dict[int, bool]] = defaultdict(dict)
    for kind, pk, readable in rows[0].union(*rows[1:], all=True) if rows[1:] else rows[0]:
        kinds[kind][pk] = bool(readable)
    return Known(
        pages=kinds["page"],
        documents=frozenset(kinds["document"]),
        images=frozenset(kinds["image"]),
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


def course_of(page: Page) -> Course | None:
    """The course that a module or lesson stands in, or the course itself."""
    path = page.path[: Page.steplen * 4]
    return courses().filter(path=path).first()
