"""The pages of announcements and of what people want by mail."""

from lms.community.views.announcements import announcements, mark_read
from lms.community.views.preferences import preferences, stop
from lms.community.views.writing import discard, edit, pin, take_down, write

__all__ = [
    "announcements",
    "discard",
    "edit",
    "mark_read",
    "pin",
    "preferences",
    "stop",
    "take_down",
    "write",
]
