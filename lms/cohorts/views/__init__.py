"""HTTP: `public`, `applications`, `offers`, `readings` and `interest` for learners and visitors, the others in the Wagtail admin."""

from lms.cohorts.views.application_files import file
from lms.cohorts.views.applications import apply, autosave, review, take_back
from lms.cohorts.views.calendar import calendar, feed, feed_page
from lms.cohorts.views.interest import confirm_interest, interest, remove_interest
from lms.cohorts.views.offers import offer
from lms.cohorts.views.public import detail
from lms.cohorts.views.readings import conflict, reading, reading_file, readings
from lms.cohorts.views.sessions import join, room

__all__ = [
    "apply",
    "autosave",
    "calendar",
    "confirm_interest",
    "conflict",
    "detail",
    "feed",
    "feed_page",
    "file",
    "interest",
    "join",
    "offer",
    "reading",
    "reading_file",
    "readings",
    "remove_interest",
    "review",
    "room",
    "take_back",
]
