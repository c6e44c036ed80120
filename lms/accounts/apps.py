from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "lms.accounts"
    label = "accounts"
    verbose_name = _("People and roles")

    def ready(self):
        from lms.accounts import privacy, rules

        rules.register()
        privacy.register()
        post_migrate.connect(_add_missing_permissions, sender=self)


def _add_missing_permissions(apps, **kwargs):
    """Later migrations bring models that the migration of the roles could not know."""
    from lms.accounts.permissions import sync_roles

    try:
        apps.get_model("wagtailcore", "GroupCollectionPermission")
    except LookupError:  # `migrate accounts 0001`: the state holds only a part of the tables
        return
    sync_roles(apps=apps, exact=False)
