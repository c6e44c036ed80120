from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CommunityConfig(AppConfig):
    name = "lms.community"
    label = "community"
    verbose_name = _("Community")

    def ready(self):
        from lms.community import mail_kinds, privacy, rules, services, summary
        from lms.core.registries import (
            DueWork,
            MailChoices,
            register_due_work,
            register_rule,
            registries,
        )

        registries.mail_choices = MailChoices(
            wanted=summary.wanted_at,
            stop_address=summary.stop_address,
            page_address=summary.page_address,
        )
        mail_kinds.register()
        register_rule("community.announce", rules.may_announce)
        for name, every, run in (
            ("publish_announcements", 30, services.publish_due_announcements),
            ("resume_announcement_mails", 120, services.resume_announcement_mails),
            ("remind_of_sessions", 300, services.remind_of_sessions),
            ("remind_of_deadlines", 1800, services.remind_of_deadlines),
            ("forget_reminders", 86400, services.forget_reminders),
        ):
            register_due_work(DueWork(f"community.{name}", every, run))
        privacy.register()
