from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProgressConfig(AppConfig):
    name = "lms.progress"
    label = "progress"
    verbose_name = _("Progress")

    def ready(self):
        from lms.cohorts.summary import codes_for
        from lms.core.registries import LessonPreviewer, registries
        from lms.progress import privacy
        from lms.progress.summary import module_standings
        from lms.progress.views import preview

        registries.module_standings = module_standings
        registries.lesson_previewer = LessonPreviewer(cohorts=codes_for, show=preview)
        privacy.register()
