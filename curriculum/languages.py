"""How far the English of each course is: the whole list in a constant number of queries. Writes nothing."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import ngettext
from wagtail.models import Locale, Page, TaskState, WorkflowState
from wagtail_localize.models import StringSegment, StringTranslation, Translation, TranslationLog

from curriculum.choices import TranslationState
from curriculum.desk import courses_authored
from curriculum.models import Catalogue, Course, Lesson, Module, Programme, course_path
from curriculum.rules import may_translate
from curriculum.summary import sent_back
from lms.accounts.models import User

SOURCE, TARGET = "it", "en"
OF_COURSES: tuple[type[Page], ...] = (Course, Module, Lesson)
# All whose English begins, is drafted and reviewed here.
TRANSLATED: tuple[type[Page], ...] = (Catalogue, Programme, *OF_COURSES)


@dataclass(frozen=True)
class PageState:
    """One Italian page that is published, and its English."""

    page_id: int
    title: str
    level: int  # 0 the course, 1 a module, 2 a lesson
    state: TranslationState
    done: int  # segments of text that have their translation
    total: int
    since: datetime | None  # when the Italian became newer than the English
    english_id: int | None
    english_shown: bool  # readers get English, be it older than the Italian

    @property
    def missing(self) -> int:
        return self.total - self.done

    @property
    def submittable(self) -> bool:
        """All of it is translated and there is something to publish."""
        return self.state in SUBMITTABLE and self.total > 0 and not self.missing


SUBMITTABLE = {TranslationState.READY, TranslationState.CHANGES, TranslationState.STALE}


@dataclass(frozen=True)
class CourseState:
    """A course, the states of its published pages in the order of the course, and how many there are of each."""

    course: Course
    pages: tuple[PageState, ...]
    counts: dict[str, int]

    @property
    def current(self) -> int:
        return self.counts.get(TranslationState.CURRENT, 0)

    @property
    def to_do(self) -> int:
        """Pages that wait for their authors."""
        waiting = self.counts.get(TranslationState.REVIEW, 0)
        return len(self.pages) - self.current - waiting


def courses_to_translate(user: User) -> QuerySet[Course]:
    """Italian courses whose English the person may write: all for administrators, else those they teach."""
    own = courses_authored(user).filter(locale__language_code=SOURCE, alias_of=None)
    return own.order_by("path")


def course_states(courses: Iterable[Course]) -> list[CourseState]:
    """The state of every published page of these Italian courses; 7 queries whatever the number of pages."""
    courses = list(courses)
    within = Q(pk__in=[])
    for course in courses:
        within |= Q(path__startswith=course.path)
    italian = list(
        Page.objects.filter(within, live=True)
        .order_by("path")
        .only("path", "depth", "title", "translation_key", "last_published_at")
    )
    states = _states(italian)
    found = []
    for course in courses:
        pages = tuple(states[page.pk] for page in italian if page.path.startswith(course.path))
        counts = Counter(str(page.state) for page in pages)
        found.append(CourseState(course, pages, dict(counts)))
    return found


def page_state(page: Page) -> PageState:
    """The state of one published Italian page."""
    return _states([page])[page.pk]


def english_of(page: Page) -> Page | None:
    """The English page of a family, be it an alias: 1 query."""
    return Page.objects.filter(
        translation_key=page.translation_key, locale__language_code=TARGET
    ).first()


def italian_of(page: Page) -> Page | None:
    return Page.objects.filter(
        translation_key=page.translation_key, locale__language_code=SOURCE, alias_of=None
    ).first()


def translation_of(page: Page) -> Translation | None:
    """The open translation of a family into English, if somebody began one."""
    return (
        Translation.objects.filter(
            source__object_id=page.translation_key,
            source__locale__language_code=SOURCE,
            target_locale__language_code=TARGET,
            enabled=True,
        )
        .select_related("source", "target_locale")
        .first()
    )


def course_above(page: Page) -> Course:
    """The course that one of `OF_COURSES`, in any language, stands in or is."""
    return Course.objects.get(path=course_path(page))


def task_in_review(page: Page) -> TaskState | None:
    """The committee's open task on a page."""
    state = page.current_workflow_state
    if state and state.status == WorkflowState.STATUS_IN_PROGRESS:
        return state.current_task_state
    return None


def editor_bar(user: Any, translation: Translation, page: Page) -> dict:
    """What stands above the translation editor: how far it is, and what this person may do next."""
    italian = italian_of(page)
    if italian is None or page.specific_class not in TRANSLATED:
        return {}
    state = page_state(italian)
    task_state = task_in_review(page)
    actions = []
    if task_state:
        actions = task_state.task.specific.get_actions(page, user)
    return {
        "italian": italian,
        "state": state,
        "course": course_above(italian) if page.specific_class in OF_COURSES else None,
        "task_state": task_state,
        "actions": actions,
        "may_translate": may_translate(user, page),
        "sent_back": sent_back(page),
        "missing": ngettext(
            "%(count)s text is still to be translated.",
            "%(count)s texts are still to be translated.",
            state.missing,
        )
        % {"count": state.missing},
    }


def _states(italian: list[Page]) -> dict[int, PageState]:
    keys = [page.translation_key for page in italian]
    target = Locale.objects.filter(language_code=TARGET).first()
    english: dict[UUID, Any] = {
        row.translation_key: row
        for row in Page.objects.filter(translation_key__in=keys, locale=target)
        .annotate(
            # When the version that is shown was built from the Italian; one written by hand has no such moment.
            built_at=Subquery(
                TranslationLog.objects.filter(revision=OuterRef("live_revision"))
                .order_by("-pk")
                .values("created_at")[:1]
            )
        )
        .only(
            "translation_key", "live", "alias_of_id", "has_unpublished_changes", "last_published_at",
            "latest_revision_created_at", "latest_revision_id",
        )
    }  # fmt: skip
    sources = dict(
        Translation.objects.filter(
            source__object_id__in=keys, target_locale=target, enabled=True
        ).values_list("source__object_id", "source_id")
    )
    totals, done = _segments(list(sources.values()), target)
    reviews = _reviews([row.pk for row in english.values()])
    found = {}
    for page in italian:
        own, source = english.get(page.translation_key), sources.get(page.translation_key)
        shown = own is not None and own.live and own.alias_of_id is None
        total = totals.get(source or 0, 0)
        finished = done.get(source or 0, 0)
        state, since = _state(
            page, own, shown=shown, begun=source is not None, complete=finished == total,
            review=reviews.get(str(own.pk)) if own else None,
        )  # fmt: skip
        found[page.pk] = PageState(
            page_id=page.pk,
            title=page.title,
            level=page.depth - 4,
            state=state,
            done=finished,
            total=total,
            since=since,
            english_id=own.pk if own else None,
            english_shown=shown,
        )
    return found


def _state(
    page: Page, own: Any, *, shown: bool, begun: bool, complete: bool, review: str | None
) -> tuple[TranslationState, datetime | None]:
    newer = page.last_published_at
    since = None
    if shown:
        version = own.built_at or own.last_published_at
        if newer and version and version < newer:
            since = newer
    if review == WorkflowState.STATUS_IN_PROGRESS:
        return TranslationState.REVIEW, since
    if review == WorkflowState.STATUS_NEEDS_CHANGES:
        return TranslationState.CHANGES, since
    if not shown:
        if not begun:
            return TranslationState.MISSING, None
        return (TranslationState.READY if complete else TranslationState.PARTIAL), None
    if since:
        return TranslationState.STALE, since
    if begun and not complete:
        return TranslationState.PARTIAL, None
    drafted = own.has_unpublished_changes and own.latest_revision_id
    return (TranslationState.READY if begun and drafted else TranslationState.CURRENT), None


def _segments(sources: list[int], target: Locale | None) -> tuple[dict[int, int], dict[int, int]]:
    """How many strings each source has, and how many of them have a translation without error: 2 queries."""
    strings = StringSegment.objects.filter(source__in=sources).values("source")
    translated = StringTranslation.objects.filter(
        translation_of=OuterRef("string"),
        context=OuterRef("context"),
        locale=target,
        has_error=False,
    ).exclude(data="")
    counted = strings.annotate(number=Count("pk")).order_by()
    totals = dict(counted.values_list("source", "number"))
    done = dict(
        strings.filter(Exists(translated))
        .annotate(number=Count("pk"))
        .order_by()
        .values_list("source", "number")
    )
    return totals, done


def _reviews(pages: list[int]) -> dict[str, str]:
    """The status of the review that each page is in, by the page's id as text."""
    return dict(
        WorkflowState.objects.filter(
            base_content_type=ContentType.objects.get_for_model(Page),
            object_id__in=[str(pk) for pk in pages],
            status__in=[WorkflowState.STATUS_IN_PROGRESS, WorkflowState.STATUS_NEEDS_CHANGES],
        ).values_list("object_id", "status")
    )
