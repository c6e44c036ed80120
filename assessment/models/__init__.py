"""Questions in banks, the assessments made of them, and people's attempts at them."""

from assessment.models.assessment import Assessment, AssessmentQuestion
from assessment.models.attempt import Answer, Attempt
from assessment.models.question import Choice, Question, QuestionBank

__all__ = [
    "Answer",
    "Assessment",
    "AssessmentQuestion",
    "Attempt",
    "Choice",
    "Question",
    "QuestionBank",
]
