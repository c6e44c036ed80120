"""How the audit trail names what is said to a cohort and what people choose."""

from django.utils.translation import gettext_lazy as _

from lms.core.audit import name_log_actions

name_log_actions(
    {
        "community.announce": (_("Announce"), _("Announcement published")),
        "community.schedule_announcement": (_("Schedule"), _("Announcement scheduled")),
        "community.correct_announcement": (_("Correct"), _("Announcement corrected")),
        "community.pin_announcement": (_("Pin"), _("Announcement pinned or unpinned")),
        "community.take_down_announcement": (_("Take down"), _("Announcement taken down")),
        "community.choose_mails": (_("Choose mails"), _("Mails chosen")),
    }
)
