"""Results: where a learner stands in each assessment, and one attempt gone through after the hand-in."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from assessment.marking import HUNDREDTHS, QuestionMark, mark_question
from assessment.models import Answer, Assessment, Attempt
from assessment.models.texts import in_language, language_of
from lms.cohorts.models import Cohort, Enrolment


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


@dataclass(frozen=True)
class ReviewedChoice:
    key: str
    text: str
    language: str
    chosen: bool
    correct: bool
    feedback: str
    feedback_language: str


@dataclass(frozen=True)
class ReviewedQuestion:
    """One question after the hand-in: what was chosen, what was right, what it earned."""

    number: int
    key: str
    text: str
    language: str
    feedback: str
    feedback_language: str
    choices: tuple[ReviewedChoice, ...]
    mark: QuestionMark

    @property
    def state(self) -> str:
        if not self.mark.answered:
            return "unanswered"
        if self.mark.full:
            return "right"
        return "partial" if self.mark.score else "wrong"

    @property
    def points(self) -> str:
        return points_text(self.mark.score)

    @property
    def max_points(self) -> str:
        return points_text(self.mark.max_score)


def points_text(hundredths: int) -> str:
    """Hundredths of a point as people write them in the reader's language: 150 is “1,5”."""
    from django.utils.formats import number_format

    whole, rest = divmod(hundredths, HUNDREDTHS)
    return number_format(f"{whole}.{rest:02d}".rstrip("0").rstrip("."))


def review_of(
    attempt: Attempt, answers: Iterable[Answer], language: str | None = None
) -> tuple[ReviewedQuestion, ...]:
    """Each question with the right answers, for an attempt that was handed in; no query."""
    if attempt.is_open:
        raise ValueError("An open attempt is not reviewed: its right answers stay on the server.")
    chosen = {answer.question_key: answer.choices for answer in answers}
    return tuple(
        _reviewed(number, question, chosen.get(question["key"], ()), attempt, language)
        for number, question in enumerate(attempt.questions, start=1)
    )


def _reviewed(
    number: int,
    question: Mapping,
    chosen: Iterable[str],
    attempt: Attempt,
    language: str | None,
) -> ReviewedQuestion:
    mark = mark_question(question, chosen, attempt.rule["multiple"])
    return ReviewedQuestion(
        number=number,
        key=question["key"],
        text=in_language(question["text"], language),
        language=language_of(question["text"], language),
        feedback=in_language(question["feedback"], language),
        feedback_language=language_of(question["feedback"], language),
        choices=tuple(
            ReviewedChoice(
                key=choice["key"],
                text=in_language(choice["text"], language),
                language=language_of(choice["text"], language),
                chosen=choice["key"] in mark.chosen,
                correct=choice["correct"],
                feedback=in_language(choice["feedback"], language),
                feedback_language=language_of(choice["feedback"], language),
            )
            for choice in question["choices"]
        ),
        mark=mark,
    )
