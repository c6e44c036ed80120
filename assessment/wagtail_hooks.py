"""Where assessment meets the Wagtail admin."""

from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.snippets.models import register_snippet

from assessment.viewsets import AssessmentGroup, DeleteWithinReach

LOG_ACTIONS = {
    "assessment.start": (_("Start"), _("Attempt started")),
    "assessment.submit": (_("Hand in"), _("Attempt handed in")),
    "assessment.import": (_("Import"), _("Quiz imported")),
}


@hooks.register("register_log_actions")
def register_log_actions(actions):
    for name, (label, message) in LOG_ACTIONS.items():
        actions.register_action(name, label, message)


register_snippet(AssessmentGroup)
# After Wagtail's own, which it takes the place of for these models.
hooks.register("register_bulk_action", DeleteWithinReach, order=100)
