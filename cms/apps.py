from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CmsConfig(AppConfig):
    name = "cms"
    label = "cms"
    verbose_name = _("Hub pages")

    def ready(self):
        from wagtail.permissions import register_permission_policy

        from cms.models import HelpRequest
        from cms.privacy import HELP_REQUESTS, UPLOADS
        from cms.rules import HelpRequestPermissionPolicy
        from cms.services import forget_old_help_requests
        from lms.core.registries import DueWork, register_due_work, register_personal_data

        register_permission_policy(HelpRequest, HelpRequestPermissionPolicy(HelpRequest))
        for entry in (HELP_REQUESTS, *UPLOADS):
            register_personal_data(entry)
        register_due_work(DueWork("cms.forget_help_requests", 86400, forget_old_help_requests))
