"""HTTP: `public`, `applications` and `interest` for learners and visitors, the others in the Wagtail admin."""

from lms.cohorts.views.applications import apply, autosave, file, review, take_back
from lms.cohorts.views.interest import confirm_interest, interest, remove_interest
from lms.cohorts.views.public import calendar, detail

__all__ = [
    "apply",
    "autosave",
    "calendar",
    "confirm_interest",
    "detail",
    "file",
    "interest",
    "remove_interest",
    "review",
    "take_back",
]
