"""The lesson player: plain views that render the pinned version, whatever became of the live page.

Reading writes nothing: a visit is recorded by a small POST of the page's script, or with “done”.
Who may not read gets the answer of a lesson that does not exist.
"""

from lms.progress.views.lessons import lesson, preview, syllabus
from lms.progress.views.notebook import note, notes
from lms.progress.views.steps import complete, reopen, visit

__all__ = ["complete", "lesson", "note", "notes", "preview", "reopen", "syllabus", "visit"]
