"""What attempts and answers say about a person: how they are given to them, and how they are erased.

Decision table (docs/decisions/0020): answers go; dates and marks stay, since certificates rest on them.
"""

from django.utils.translation import gettext_lazy as _

from assessment.models import Answer, Attempt
from assessment.models.texts import in_language
from lms.core.registries import PersonalData


def export_attempts(user) -> list[dict]:
    """One row per attempt: when, how it ended, and its mark (in hundredths of a point)."""
    attempts = Attempt.objects.filter(enrolment__user=user).select_related(
        "enrolment__cohort", "assessment"
    )
    return [
        {
            "cohort": attempt.enrolment.cohort.code,
            "assessment": in_language(attempt.assessment.title),
            "number": attempt.number,
            "started_at": attempt.started_at.isoformat(),
            "submitted_at": attempt.submitted_at and attempt.submitted_at.isoformat(),
            "ended_by": attempt.ended_by,
            "score": attempt.score,
            "max_score": attempt.max_score,
            "percent": attempt.percent,
            "passed": attempt.passed,
        }
        for attempt in attempts.defer("snapshot").order_by("started_at")
    ]


def export_answers(user) -> list[dict]:
    """One row per answer, with the question and the chosen texts as they were shown."""
    answers = Answer.objects.filter(attempt__enrolment__user=user).select_related(
        "attempt__enrolment__cohort"
    )
    return [_answer(answer) for answer in answers.order_by("saved_at", "pk")]


def _answer(answer: Answer) -> dict:
    question = answer.attempt.question(answer.question_key) or {"text": {}, "choices": []}
    return {
        "cohort": answer.attempt.enrolment.cohort.code,
        "attempt": answer.attempt.number,
        "question": in_language(question["text"]),
        "answer": [
            in_language(choice["text"])
            for choice in question["choices"]
            if choice["key"] in answer.choices
        ],
        "saved_at": answer.saved_at.isoformat(),
    }


def erase_answers(user) -> int:
    """Delete what the person answered; the number of answers."""
    _all, by_model = Answer.objects.filter(attempt__enrolment__user=user).delete()
    return by_model.get("assessment.Answer", 0)


ATTEMPTS = PersonalData(
    model="assessment.Attempt",
    export=export_attempts,
    kept=_(
        "We keep the dates and the marks of your attempts, without your answers, because the "
        "certificates issued rest on them."
    ),
)
ANSWERS = PersonalData(model="assessment.Answer", export=export_answers, erase=erase_answers)
