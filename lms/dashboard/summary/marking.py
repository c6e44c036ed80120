"""Lessons that the instructor marks as done: those with learners who are not marked, by cohort."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Case, Count, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import get_language

from curriculum.choices import Completion
from lms.attendance.summary import Ledgers
from lms.cohorts.models import Cohort, Enrolment, PinnedLesson, SyllabusLesson
from lms.progress.models import LessonProgress


@dataclass(frozen=True, slots=True)
class LessonToMark:
    """`people` are the active learners who are not marked as having done it; `url` is where they are marked."""

    number: str  # "3.2"
    title: str
    people: int
    url: str


@dataclass(frozen=True, slots=True)
class CohortToMark:
    cohort: Cohort
    lessons: tuple[LessonToMark, ...]


def lessons_to_mark(
    cohorts: Sequence[Cohort],
    learners: QuerySet[Enrolment],
    ledgers: Ledgers,
    at: datetime.datetime,
) -> tuple[CohortToMark, ...]:
    """Of `learners` in these cohorts, in the order of the syllabus; one query.

    A lesson is asked for once a session of its module is over or, where its module has none, once it is open.
    """
    language, day = (get_language() or "it")[:2], timezone.localdate(at)
    rows = (
        SyllabusLesson.objects.filter(
            cohort__in=[cohort.pk for cohort in cohorts], completion=Completion.INSTRUCTOR
        )
        .filter(Q(module__opens_on=None) | Q(module__opens_on__lte=day))
        .annotate(
            title=_title(language),
            learners=_number(learners.filter(cohort=OuterRef("cohort")).values("cohort")),
            done=_number(
                LessonProgress.objects.done()
                .filter(lesson=OuterRef("pk"), enrolment__in=learners.values("pk"))
                .values("lesson")
            ),
        )
        .order_by("module__position", "position")
        .values_list(
            "cohort",
            "module",
            "module__position",
            "position",
            "lesson",
            "title",
            "learners",
            "done",
        )
    )
    waiting = _modules_to_come(cohorts, ledgers, at)
    codes = {cohort.pk: cohort.code for cohort in cohorts}
    found: dict[int, list[LessonToMark]] = {}
    for cohort, module, place, position, page, title, people, done in rows:
        if people > done and module not in waiting:
            address = [codes[cohort], page, slugify(title or "") or "lezione"]
            found.setdefault(cohort, []).append(
                LessonToMark(
                    number=f"{place}.{position}",
                    title=title or "",
                    people=people - done,
                    url=reverse("progress:marking", args=address),
                )
            )
    return tuple(
        CohortToMark(cohort, tuple(found[cohort.pk])) for cohort in cohorts if cohort.pk in found
    )


def _modules_to_come(
    cohorts: Iterable[Cohort], ledgers: Ledgers, at: datetime.datetime
) -> set[int | None]:
    """Those that have sessions, none of which is over."""
    planned, begun = set(), set()
    for cohort in cohorts:
        for sitting in ledgers.sittings.get(cohort.pk, ()):
            if not sitting.cancelled:
                planned.add(sitting.session.module_id)
                if sitting.session.ends_at <= at:
                    begun.add(sitting.session.module_id)
    return planned - begun


def _title(language: str) -> Subquery:
    """In the reader's language where the lesson is pinned in it, else in Italian."""
    pins = PinnedLesson.objects.filter(
        syllabus_lesson=OuterRef("pk"), locale__language_code__in={language, "it"}
    )
    wanted = Case(When(locale__language_code=language, then=0), default=1)
    return Subquery(pins.order_by(wanted, "pk").values("title")[:1])


def _number(rows: QuerySet) -> Coalesce:
    """How many rows of a query already grouped by `values`."""
    return Coalesce(Subquery(rows.order_by().annotate(n=Count("pk")).values("n")), 0)
