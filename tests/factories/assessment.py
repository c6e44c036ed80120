"""Quizzes and attempts, made through the services.

quiz(course)                    8 questions of every kind, one point each, pass mark 60
quiz(cohort.course, questions=3, attempts_allowed=1, time_limit_minutes=None)
attempt(enrolment, right=5)     handed in with five right answers out of eight
attempt(enrolment, submit=False)   left open
"""

from assessment import services
from assessment.models import Assessment, Attempt
from curriculum.models import Course
from lms.cohorts.models import Enrolment
from tests.factories.stamps import stamped

KINDS = ("single", "multiple", "true_false")


def quiz_data(questions: int = 8, key: str = "prova-quiz", **fields) -> dict:
    """What quiz.yaml parses to. Kinds take turns; the right answers are `a`, `a` and `b`, `true`."""
    return {
        "key": key,
        "title": {"it": "Quiz di prova", "en": "Trial quiz"},
        "instructions": {"it": "Leggi con calma.", "en": "Read calmly."},
        "pass_mark": 60,
        "attempts_allowed": 3,
        "time_limit_minutes": 30,
        "questions": [question_data(number, key) for number in range(1, questions + 1)],
    } | fields


def question_data(number: int, quiz_key: str = "prova-quiz", kind: str = "", **fields) -> dict:
    kind = kind or KINDS[(number - 1) % 3]
    return {
        "key": f"{quiz_key}-q{number:02}",
        "kind": kind,
        "outcome": "O1",
        "points": 1,
        "text": {"it": f"Domanda numero {number}?", "en": f"Question number {number}?"},
        "feedback": {"it": f"SPIEGAZIONE-{number}", "en": f"EXPLANATION-{number}"},
        "choices": _choices(kind, number),
    } | fields


def _choices(kind: str, number: int) -> list[dict]:
    keys = {
        "single": (("a", True), ("b", False), ("c", False)),
        "multiple": (("a", True), ("b", True), ("c", False), ("d", False)),
        "true_false": (("true", True), ("false", False)),
    }[kind]
    return [
        {
            "key": key,
            "correct": correct,
            "text": {"it": f"Scelta {key} di {number}", "en": f"Choice {key} of {number}"},
            "feedback": {"it": f"RISCONTRO-{number}-{key}"},
        }
        for key, correct in keys
    ]


@stamped
def quiz(course: Course, questions: int = 8, **fields) -> Assessment:
    return services.import_quiz(course=course, data=quiz_data(questions, **fields))


def right_choices(question: dict) -> list[str]:
    """The keys to tick in a question of a snapshot."""
    return [choice["key"] for choice in question["choices"] if choice["correct"]]


def wrong_choices(question: dict) -> list[str]:
    return [choice["key"] for choice in question["choices"] if not choice["correct"]][:1]


def attempt(
    enrolment: Enrolment,
    assessment: Assessment | None = None,
    *,
    right: int | None = None,
    submit: bool = True,
    at=None,
) -> Attempt:
    """An attempt with the first `right` answers right (None: all) and the others wrong.

    Without `assessment`, the course's first one, made if it has none.
    """
    assessment = (
        assessment
        or Assessment.objects.of_course(enrolment.cohort.course).first()
        or quiz(enrolment.cohort.course)
    )
    opened = services.start_attempt(enrolment=enrolment, assessment=assessment, at=at)
    answers = {
        asked["key"]: (
            right_choices(asked) if right is None or place < right else wrong_choices(asked),
            None,
        )
        for place, asked in enumerate(opened.questions)
    }
    services.save_answers(attempt=opened, answers=answers, at=at)
    return services.submit_attempt(attempt=opened, at=at) if submit else opened
