"""Where assessment meets the Wagtail admin."""

from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.snippets.models import register_snippet

from assessment.viewsets import AssessmentGroup, DeleteWithinReach
from lms.core.audit import name_log_actions

name_log_actions(
    {
        "assessment.start": (_("Start"), _("Attempt started")),
        "assessment.submit": (_("Hand in"), _("Attempt handed in")),
        "assessment.import": (_("Import"), _("Quiz imported")),
    }
)
register_snippet(AssessmentGroup)
# After Wagtail's own, which it takes the place of for these models.
hooks.register("register_bulk_action", DeleteWithinReach, order=100)
