"""What this package holds about a person, and what becomes of it (domain: Personal data)."""

from django.utils.translation import gettext_lazy as _

from lms.community.models import Announcement, AnnouncementMark, MailPreference, Reminder
from lms.core.registries import PersonalData, register_personal_data


def register() -> None:
    register_personal_data(
        PersonalData(
            "community.MailPreference",
            export=lambda user: list(
                MailPreference.objects.filter(user=user).values("kind", "wanted", "updated_at")
            ),
            erase=lambda user: MailPreference.objects.filter(user=user).delete()[0],
        )
    )
    register_personal_data(
        PersonalData(
            "community.Reminder",
            export=lambda user: list(
                Reminder.objects.filter(user=user).values("key", "created_at")
            ),
            erase=lambda user: Reminder.objects.filter(user=user).delete()[0],
        )
    )
    register_personal_data(
        PersonalData(
            "community.AnnouncementMark",
            export=_marks,
            erase=lambda user: AnnouncementMark.objects.filter(enrolment__user=user).delete()[0],
        )
    )
    register_personal_data(
        PersonalData(
            "community.Announcement",
            export=_announcements,
            erase=_erase_announcements,
            kept=_("What was announced to a cohort stays with it; the writer’s name goes."),
        )
    )


def _marks(user) -> list[dict]:
    rows = AnnouncementMark.objects.filter(enrolment__user=user)
    return list(rows.values("enrolment__cohort__code", "read_until"))


def _announcements(user) -> list[dict]:
    rows = Announcement.objects.filter(by=user).select_related("cohort")
    return [
        {
            "cohort": row.cohort.code,
            "title": row.title,
            "text": row.text,
            "title_en": row.title_en,
            "text_en": row.text_en,
            "published_at": row.published_at and row.published_at.isoformat(),
        }
        for row in rows.order_by("pk")
    ]


def _erase_announcements(user) -> int:
    """What nobody read goes; what a cohort read loses the name."""
    mine = Announcement.objects.filter(by=user)
    gone = mine.filter(published_at=None).delete()[0]
    return gone + mine.update(by=None)
