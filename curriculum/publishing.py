"""What the approval of the committee publishes.

Wagtail imports this module while its own models are still being made: nothing of Wagtail at the top.
"""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _


def publish_reviewed(workflow_state, user=None) -> None:
    """Publish exactly the revision that was approved (`WAGTAIL_FINISH_WORKFLOW_ACTION`).

    Wagtail's own action needs `publish` of the approver and takes the latest revision, which may be
    newer than the one reviewed. `go_live_at` of the revision is honoured. Raises PermissionDenied when no
    task was approved.
    """
    from wagtail.models import TaskState

    approved = (
        workflow_state.task_states.filter(status=TaskState.STATUS_APPROVED)
        .order_by("-finished_at", "-pk")
        .first()
    )
    if approved is None or approved.revision is None:
        raise PermissionDenied(_("Nothing was approved: there is nothing to publish."))
    approved.revision.publish(user=user, skip_permission_checks=True)
