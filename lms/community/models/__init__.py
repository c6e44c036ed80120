"""What is said inside a cohort, what of it people want by mail, and what they have been reminded of."""

from lms.community.models.announcement import Announcement, AnnouncementMark
from lms.community.models.preference import MailPreference, Reminder

__all__ = ["Announcement", "AnnouncementMark", "MailPreference", "Reminder"]
