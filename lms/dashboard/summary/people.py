"""The learners of the cohorts that somebody works in or manages, with what the boards ask of each."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, Exists, F, Max, OuterRef, QuerySet, Subquery, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from assessment.models import Assessment, Attempt
from certificates.choices import Kind
from certificates.models import Certificate
from lms.cohorts.models import Cohort, Enrolment, SyllabusLesson
from lms.dashboard.summary.scope import Scope
from lms.progress.models import LessonProgress


@dataclass(frozen=True, slots=True)
class Someone:
    """An active enrolment that the reader may see. `certified`: holds a valid certificate of attendance.

    The name, the signs of life and `finished` are read only where the reader follows the cohort's learners.
    """

    pk: int
    certified: bool
    name: str
    joined_on: datetime.date
    read_at: datetime.datetime | None
    tried_at: datetime.datetime | None
    finished: bool


def follows(scope: Scope, cohort: Cohort, at: datetime.datetime) -> bool:
    """Whether the reader is told of this cohort's learners one by one: who teaches it, while it runs."""
    return scope.accompanies(cohort.pk) and cohort.teaches_on(timezone.localdate(at))


def people_of(
    scope: Scope, cohorts: Mapping[int, Cohort], at: datetime.datetime
) -> dict[int, list[Someone]]:
    """By cohort, by name; one query, in which the signs of life are looked for only where they are asked."""
    followed = [pk for pk, cohort in cohorts.items() if follows(scope, cohort, at)]
    rows = (
        Enrolment.objects.visible_to(scope.user)
        .active()
        .filter(cohort__in=cohorts)
        .order_by("user__last_name", "user__first_name", "pk")
        .annotate(**_asked(followed))
        .values_list(
            "cohort_id", "pk", "certified", "first", "last", "joined_on", "read_at", "sent_at",
            "begun_at", "done", "lessons", "passed", "quizzes",
        )
    )  # fmt: skip
    found: dict[int, list[Someone]] = {pk: [] for pk in cohorts}
    for cohort, pk, certified, first, last, joined, read, sent, begun, *counts in rows:
        done, lessons, passed, quizzes = counts
        found[cohort].append(
            Someone(
                pk=pk,
                certified=certified,
                name=f"{first or ''} {last or ''}".strip(),
                joined_on=joined,
                read_at=read,
                tried_at=max(filter(None, (sent, begun)), default=None),
                finished=bool(lessons or quizzes) and done >= lessons and passed >= quizzes,
            )
        )
    return found


def _asked(followed: Iterable[int]) -> dict[str, Any]:
    """What is read of each learner, beside the row itself."""
    certificates = Certificate.objects.valid().filter(kind=Kind.ATTENDANCE)
    read = LessonProgress.objects.filter(enrolment=OuterRef("pk")).order_by().values("enrolment")
    tried = Attempt.objects.filter(enrolment=OuterRef("pk")).order_by().values("enrolment")
    good = tried.filter(passed=True, assessment__required=True, assessment__published=True)
    quizzes = Assessment.objects.published().filter(
        required=True, course_key=OuterRef("cohort__course__translation_key")
    )
    lessons = SyllabusLesson.objects.filter(required=True, cohort=OuterRef("cohort"))
    done = read.filter(lesson__required=True, completed_at__isnull=False)
    only = {
        "first": F("user__first_name"),
        "last": F("user__last_name"),
        "read_at": Subquery(read.annotate(at=Max("last_opened_at")).values("at")),
        "sent_at": Subquery(tried.annotate(at=Max("submitted_at")).values("at")),
        "begun_at": Subquery(tried.annotate(at=Max("started_at")).values("at")),
        "done": _count(done),
        "lessons": _count(lessons.values("cohort")),
        "passed": _count(good, "assessment"),
        "quizzes": _count(quizzes.values("course_key")),
    }
    asked = list(followed)
    return {"certified": Exists(certificates.filter(enrolment=OuterRef("pk")))} | {
        name: Case(When(cohort__in=asked, then=value)) for name, value in only.items()
    }


def _count(rows: QuerySet, of: str = "pk") -> Coalesce:
    """How many rows of a query already grouped by `values`."""
    counted = rows.order_by().annotate(how_many=Count(of, distinct=True)).values("how_many")
    return Coalesce(Subquery(counted), 0)
