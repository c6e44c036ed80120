from django.apps import AppConfig
from django.core.management import call_command
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


def create_cache_table(*, using, **kwargs):
    """Migrating makes the cache's table too: one command less to forget."""
    call_command("createcachetable", database=using, verbosity=0)


class CoreConfig(AppConfig):
    name = "lms.core"
    label = "core"
    verbose_name = _("Foundations")

    def ready(self):
        from lms.core import checks  # noqa: F401  (registers itself)
        from lms.core.registries import DueWork, register_due_work
        from lms.core.services import retry_mails

        post_migrate.connect(create_cache_table, sender=self)
        register_due_work(DueWork("core.retry_mails", 60, retry_mails))
