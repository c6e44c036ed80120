from functools import partial

from django.apps import AppConfig
from django.db import transaction
from django.utils.translation import gettext_lazy as _


class CmsConfig(AppConfig):
    name = "cms"
    label = "cms"
    verbose_name = _("Hub pages")

    def ready(self):
        from django.db.models.signals import post_save
        from wagtail.permissions import register_permission_policy

        from cms import mail_kinds
        from cms.models import HelpRequest, HubImage
        from cms.privacy import HELP_REQUESTS, UPLOADS
        from cms.rules import HelpRequestPermissionPolicy
        from cms.services import forget_old_help_requests
        from lms.core.registries import DueWork, register_due_work, register_personal_data

        register_permission_policy(HelpRequest, HelpRequestPermissionPolicy(HelpRequest))
        mail_kinds.register()
        for entry in (HELP_REQUESTS, *UPLOADS):
            register_personal_data(entry)
        register_due_work(DueWork("cms.forget_help_requests", 86400, forget_old_help_requests))
        # Scaled pictures are a cache of the picture, which has no other door: forms, importers and the
        # chooser's window all save it.
        post_save.connect(queue_picture_sizes, sender=HubImage, dispatch_uid="cms.picture_sizes")


def queue_picture_sizes(instance, raw=False, **kwargs):
    """After a picture is saved and the save is committed, its sizes are made by the worker."""
    from cms.tasks import make_picture_sizes

    if not raw:
        transaction.on_commit(partial(make_picture_sizes.enqueue, instance.pk))
