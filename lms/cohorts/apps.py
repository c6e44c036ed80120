from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CohortsConfig(AppConfig):
    name = "lms.cohorts"
    label = "cohorts"
    verbose_name = _("Cohorts")

    def ready(self):
        from wagtail.models import ReferenceIndex

        from lms.cohorts import mail_kinds, privacy, privacy_ways_in, rules, services
        from lms.cohorts.models import PinnedDocument, PinnedImage
        from lms.cohorts.services import run_offers
        from lms.cohorts.summary import course_offers, uses_of_courses
        from lms.core.registries import (
            DueWork,
            register_course_offers,
            register_due_work,
            register_rule,
            registries,
        )

        register_rule("cohorts.administer", rules.is_administrator)
        register_rule("cohorts.teach", rules.may_teach)
        register_rule("cohorts.inspect", rules.may_inspect)
        register_rule("cohorts.change_versions", rules.may_change_versions)
        register_rule("cohorts.read_inside", rules.may_read_inside)
        # Without these, deleting a pinned picture in the admin is a 500 instead of a refusal.
        ReferenceIndex.register_model(PinnedImage)
        ReferenceIndex.register_model(PinnedDocument)
        registries.course_uses.append(uses_of_courses)
        register_course_offers("cohorts", course_offers)
        register_due_work(DueWork("cohorts.offers", 30, run_offers))
        privacy.register()
        mail_kinds.register()
        for work, every in (
            (services.remind_drafts, 60 * 60),
            (services.tell_interested, 10 * 60),
            (services.forget_drafts, 24 * 60 * 60),
            (services.forget_interests, 24 * 60 * 60),
            (services.forget_orphans, 24 * 60 * 60),
        ):
            register_due_work(DueWork(f"cohorts.{work.__name__}", every, work))
        privacy_ways_in.register()
        register_due_work(DueWork("cohorts.forget_rosters", 3600, services.forget_old_rosters))
        register_due_work(DueWork("cohorts.resume_rosters", 60, services.resume_rosters))
