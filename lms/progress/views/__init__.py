"""The lesson player: plain views that render the pinned version, whatever became of the live page.

Reading writes nothing: a visit is recorded by a small POST of the page's script, or with “done”.
Who may not read gets the answer of a lesson that does not exist.
"""

from lms.progress.views.lessons import lesson, preview, syllabus
from lms.progress.views.marks import bookmark, change_highlight, highlight
from lms.progress.views.notebook import note, notes, take_notes
from lms.progress.views.staff import marking, release
from lms.progress.views.steps import check, complete, reopen, visit

__all__ = [
    "bookmark",
    "change_highlight",
    "check",
    "complete",
    "highlight",
    "lesson",
    "marking",
    "note",
    "notes",
    "preview",
    "release",
    "reopen",
    "syllabus",
    "take_notes",
    "visit",
]
