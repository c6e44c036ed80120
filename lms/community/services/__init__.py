"""What can be done: choosing mails, announcing to a cohort, reading, reminding."""

from lms.community.services.announcements import (
    correct_announcement,
    discard_draft,
    pin_announcement,
    publish_announcement,
    publish_due_announcements,
    save_draft,
    schedule_announcement,
    take_down_announcement,
)
from lms.community.services.letters import mail_announcement, resume_announcement_mails
from lms.community.services.preferences import choose_by_link, choose_mails
from lms.community.services.reading import mark_announcements_read
from lms.community.services.reminders import (
    forget_reminders,
    remind_of_deadlines,
    remind_of_sessions,
)

__all__ = [
    "choose_by_link",
    "choose_mails",
    "correct_announcement",
    "discard_draft",
    "forget_reminders",
    "mail_announcement",
    "mark_announcements_read",
    "pin_announcement",
    "publish_announcement",
    "publish_due_announcements",
    "remind_of_deadlines",
    "remind_of_sessions",
    "resume_announcement_mails",
    "save_draft",
    "schedule_announcement",
    "take_down_announcement",
]
