from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    name = "lms.core"
    label = "core"
    verbose_name = _("Foundations")

    def ready(self):
        from lms.core.registries import DueWork, register_due_work
        from lms.core.services import retry_mails

        register_due_work(DueWork("core.retry_mails", 60, retry_mails))
