"""What the approval of the committee publishes, and the word about what is published without it.

Wagtail imports this module while its own models are still being made: nothing of Wagtail at the top.
"""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

PUBLISHED = frozenset({"wagtail.publish", "wagtail.publish.schedule"})


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
    _forget_comments(approved.revision)


def _forget_comments(revision) -> None:
    """A member's comments are saved as a version after the one sent: with the same text it is no new draft."""
    from wagtail.models import Page, Revision

    from curriculum.models.review import same_text

    page = Page.objects.filter(pk=revision.object_id, live_revision=revision).first()
    if page is None or page.latest_revision_id in (None, revision.pk):
        return
    if same_text(revision, Revision.objects.get(pk=page.latest_revision_id)):
        Page.objects.filter(pk=page.pk).update(has_unpublished_changes=False)


def note_past_committee(instance, created: bool = False, **kwargs) -> None:
    """Write beside each publication in a catalogue that nobody approved who made it (superusers can).

    Every way of publishing leaves Wagtail's entry in the audit trail, with the person and the version, and no
    other place knows both: so this listens to the trail.
    """
    if not created or instance.action not in PUBLISHED or instance.user_id is None:
        return
    from wagtail.log_actions import log

    from curriculum.models.review import is_reviewed_ground, past_committee

    page, revision = instance.page, instance.revision
    if is_reviewed_ground(page) and (revision is None or past_committee(revision)):
        log(
            page.specific, "curriculum.publish_past_committee", user=instance.user,
            revision=revision, data={"published_as": instance.action},
        )  # fmt: skip
