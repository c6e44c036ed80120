"""What the editor shows of a page beside its fields."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import Panel


class OutcomeMapPanel(Panel):
    """Which modules, lessons and assessments serve each outcome; for authors alone. The page's form reads it."""

    def __init__(self, **kwargs):
        super().__init__(**{"heading": _("Outcome map"), **kwargs})

    class BoundPanel(Panel.BoundPanel):
        template_name = "curriculum/admin/outcome_map.html"

        def is_shown(self):
            return bool(self.instance and self.instance.pk and self.form)

        def get_context_data(self, parent_context=None):
            context = super().get_context_data(parent_context)
            return {**context, "rows": self.form.outcome_rows}
