"""What progress keeps of a learner: lessons opened, seen and done; and what is theirs alone."""

from lms.progress.models.lessons import POSITION_END, CheckAnswer, LessonProgress, SeenClock
from lms.progress.models.notes import (
    CONTEXT_LIMIT,
    HIGHLIGHTS_LIMIT,
    NOTE_LIMIT,
    QUOTE_LIMIT,
    REMARK_LIMIT,
    Bookmark,
    Highlight,
    Note,
)

__all__ = [
    "CONTEXT_LIMIT",
    "HIGHLIGHTS_LIMIT",
    "NOTE_LIMIT",
    "POSITION_END",
    "QUOTE_LIMIT",
    "REMARK_LIMIT",
    "Bookmark",
    "CheckAnswer",
    "Highlight",
    "LessonProgress",
    "Note",
    "SeenClock",
]
