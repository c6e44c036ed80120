from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CurriculumConfig(AppConfig):
    name = "curriculum"
    label = "curriculum"
    verbose_name = _("Curriculum")

    def ready(self):
        from curriculum import permissions
        from curriculum.privacy import INSTRUCTORS
        from lms.core.registries import register_personal_data

        permissions.register()
        register_personal_data(INSTRUCTORS)
