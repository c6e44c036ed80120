"""Results: where a learner stands in each assessment."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from assessment.models import Assessment, Attempt
from assessment.models.texts import in_language
from lms.cohorts.models import Cohort, Enrolment
from lms.core.registries import OutcomeUse


def outcome_uses(course_keys: Iterable[UUID]) -> dict[UUID, list[OutcomeUse]]:
    """The quizzes of each course with the outcomes that their questions ask about, in order; one query."""
    rows = (
        Assessment.objects.filter(course_key__in=list(course_keys))
        .order_by("position", "pk")
        .values_list("course_key", "pk", "title", "published", "question_rows__question__outcome")
    )
    asked: dict[tuple[UUID, int, str, bool], set[str]] = {}
    for key, pk, title, published, outcome in rows:
        asked.setdefault((key, pk, in_language(title), published), set()).add(outcome or "")
    uses: dict[UUID, list[OutcomeUse]] = {}
    for (key, _pk, title, published), outcomes in asked.items():
        use = OutcomeUse(title, frozenset(outcomes - {""}), public=published)
        uses.setdefault(key, []).append(use)
    return uses


def quiz_titles(cohorts: Iterable[int]) -> dict[int, dict[str, str]]:
    """{cohort id: {key: title}} of the published quizzes of their courses, in order; 2 queries."""
    courses = dict(
        Cohort.objects.filter(pk__in=list(cohorts)).values_list("pk", "course__translation_key")
    )
    titles: dict[UUID, dict[str, str]] = {}
    rows = Assessment.objects.published().filter(course_key__in=set(courses.values()))
    for course, key, title in rows.order_by("position", "pk").values_list(
        "course_key", "key", "title"
    ):
        titles.setdefault(course, {})[key] = in_language(title) or key
    return {cohort: titles.get(course, {}) for cohort, course in courses.items()}


def quiz_keys_passed(enrolments: Iterable[int]) -> dict[int, set[str]]:
    """{enrolment id: keys of the quizzes passed}; one query."""
    passed: dict[int, set[str]] = {}
    rows = Attempt.objects.filter(enrolment__in=list(enrolments), passed=True)
    for enrolment, key in rows.values_list("enrolment", "assessment__key"):
        passed.setdefault(enrolment, set()).add(key)
    return passed


@dataclass(frozen=True)
class AssessmentResult:
    """Where one learner stands in one assessment. `best_percent` is None before the first hand-in;
    `passed` is true as soon as one attempt has passed, by the rule that attempt was judged by.
    """

    assessment: Assessment
    title: str
    required: bool
    attempts_used: int
    attempts_allowed: int
    best_percent: int | None
    passed: bool
    open_attempt: Attempt | None
    attempts: tuple[Attempt, ...] = ()

    @property
    def attempts_left(self) -> int:
        return max(0, self.attempts_allowed - self.attempts_used)

    @property
    def pass_mark(self) -> int:
        return self.assessment.pass_mark


def results_of_cohort(cohort: Cohort) -> dict[int, list[AssessmentResult]]:
    """By enrolment id, the published assessments of the course in order: 3 queries (4 where the
    course is not loaded), whatever the number of learners. The attempts come without their snapshot.
    """
    enrolments = Enrolment.objects.filter(cohort=cohort).values_list("pk", flat=True)
    return _results(cohort, list(enrolments))


def results_of(enrolment: Enrolment) -> list[AssessmentResult]:
    """The same for one learner: 2 queries when cohort and course are loaded."""
    return _results(enrolment.cohort, [enrolment.pk])[enrolment.pk]


def results_of_enrolments(enrolments: Iterable[Enrolment]) -> dict[int, list[AssessmentResult]]:
    """The same for enrolments of any cohorts, whose courses are loaded, by their ids: 2 queries in all."""
    keys = {e.pk: e.cohort.course.translation_key for e in enrolments}
    assessments: dict[UUID, list[Assessment]] = {}
    for row in Assessment.objects.filter(course_key__in=set(keys.values())).published():
        assessments.setdefault(row.course_key, []).append(row)
    attempts: dict[tuple[int, int], list[Attempt]] = {}
    rows = Attempt.objects.filter(enrolment__in=list(keys)).defer("snapshot").order_by("number")
    for attempt in rows:
        attempts.setdefault((attempt.enrolment_id, attempt.assessment_id), []).append(attempt)
    return {
        pk: [_result(row, attempts.get((pk, row.pk), [])) for row in assessments.get(key, [])]
        for pk, key in keys.items()
    }


def _results(cohort: Cohort, enrolments: list[int]) -> dict[int, list[AssessmentResult]]:
    assessments = list(Assessment.objects.of_course(cohort.course).published())
    attempts: dict[tuple[int, int], list[Attempt]] = {}
    rows = (
        Attempt.objects.filter(enrolment__in=enrolments, assessment__in=assessments)
        if len(enrolments) == 1
        else Attempt.objects.filter(enrolment__cohort=cohort, assessment__in=assessments)
    )
    for attempt in rows.defer("snapshot").order_by("number"):
        attempts.setdefault((attempt.enrolment_id, attempt.assessment_id), []).append(attempt)
    return {
        enrolment: [
            _result(assessment, attempts.get((enrolment, assessment.pk), []))
            for assessment in assessments
        ]
        for enrolment in enrolments
    }


def _result(assessment: Assessment, attempts: list[Attempt]) -> AssessmentResult:
    marked = [attempt.percent for attempt in attempts if attempt.percent is not None]
    return AssessmentResult(
        assessment=assessment,
        title=in_language(assessment.title),
        required=assessment.required,
        attempts_used=len(attempts),
        attempts_allowed=assessment.attempts_allowed,
        best_percent=max(marked, default=None),
        passed=any(attempt.passed for attempt in attempts),
        open_attempt=next((attempt for attempt in attempts if attempt.is_open), None),
        attempts=tuple(attempts),
    )
