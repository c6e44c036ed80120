"""Reading: what people want by mail, what was said to a cohort, what they have not read yet."""

from lms.community.summary.announcements import (
    AnnouncementBoard,
    AnnouncementRow,
    Unread,
    announcement_board,
    unread_announcements,
    unread_of,
    with_unread,
)
from lms.community.summary.preferences import (
    Choice,
    choices_of,
    page_address,
    read_token,
    stop_address,
    stop_token,
    wanted_at,
    wanted_by,
)

__all__ = [
    "AnnouncementBoard",
    "AnnouncementRow",
    "Choice",
    "Unread",
    "announcement_board",
    "choices_of",
    "page_address",
    "read_token",
    "stop_address",
    "stop_token",
    "unread_announcements",
    "unread_of",
    "wanted_at",
    "wanted_by",
    "with_unread",
]
