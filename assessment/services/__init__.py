"""What can be done with quizzes: start, save, hand in, close at the deadline; import from a file."""

from assessment.services.attempts import (
    check_start,
    close_expired_attempts,
    save_answer,
    save_answers,
    start_attempt,
    submit_attempt,
)
from assessment.services.quizzes import (
    check_questions,
    check_quiz,
    import_questions,
    import_quiz,
)
from assessment.services.refusals import taking_window

__all__ = [
    "check_questions",
    "check_quiz",
    "check_start",
    "close_expired_attempts",
    "import_questions",
    "import_quiz",
    "save_answer",
    "save_answers",
    "start_attempt",
    "submit_attempt",
    "taking_window",
]
