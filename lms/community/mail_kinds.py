"""The kinds of mail that this package sends, as people choose among them, and those of cohorts that it sends."""

from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from lms.community.services import letters, reminders
from lms.core.registries import MailKind, register_mail_kind, registries


def register() -> None:
    register_mail_kind(
        MailKind(
            letters.KIND,
            _("Announcements"),
            _(
                "What teachers and tutors write to the whole cohort. You always find it on the site too."
            ),
            refresh=letters.refresh_announcement,
        )
    )
    # They are named by the package that they are about; here it is known what a reminder must still be true of.
    for name, refresh in (
        (reminders.SESSIONS, reminders.refresh_sessions),
        (reminders.DEADLINES, reminders.refresh_deadlines),
    ):
        register_mail_kind(replace(registries.mail_kinds[name], refresh=refresh))
