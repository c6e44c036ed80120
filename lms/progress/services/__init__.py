"""What a learner does with a lesson: reads it, does it, writes and marks in it; and what an instructor says of it."""

from lms.progress.services.guards import refuse
from lms.progress.services.notes import (
    Passage,
    bookmark_lesson,
    keep_note,
    mark_passage,
    remark_on,
    remove_bookmark,
    remove_highlight,
)
from lms.progress.services.seen import BEACON_CAP, Beacon, reading_seconds, see_lesson
from lms.progress.services.steps import (
    TASKS,
    answer_check,
    complete_lesson,
    mark_done,
    reopen_lesson,
    tasks_done,
    visit_lesson,
)

__all__ = [
    "BEACON_CAP",
    "TASKS",
    "Beacon",
    "Passage",
    "answer_check",
    "bookmark_lesson",
    "complete_lesson",
    "keep_note",
    "mark_done",
    "mark_passage",
    "reading_seconds",
    "refuse",
    "remark_on",
    "remove_bookmark",
    "remove_highlight",
    "reopen_lesson",
    "see_lesson",
    "tasks_done",
    "visit_lesson",
]
