from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "lms.accounts"
    label = "accounts"
    verbose_name = _("People and roles")

    def ready(self):
        from lms.accounts import mail_kinds, privacy, rules

        rules.register()
        privacy.register()
        mail_kinds.register()
        post_migrate.connect(_add_what_is_missing, sender=self)


def _add_what_is_missing(apps=None, **kwargs):
    """Permissions of models that later migrations brought, and everything again after a flush."""
    from django.apps import apps as installed_apps

    from lms.accounts.consent_texts import add_missing_texts
    from lms.accounts.permissions import sync_roles

    apps = apps or installed_apps
    try:
        apps.get_model("wagtailcore", "GroupCollectionPermission")
        apps.get_model("accounts", "ConsentText")
    except LookupError:  # `migrate accounts 0001`: the state holds only a part of the tables
        return
    sync_roles(apps=apps, exact=False)
    add_missing_texts(apps)
