from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import Q
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log
from wagtail.models import AbstractGroupApprovalTask, Page

from curriculum.models.course import Course, CourseInstructor


class CommitteeReview(AbstractGroupApprovalTask):
    """The committee's task: nobody decides on a course that they teach, but for superusers, by name."""

    class Meta:
        verbose_name = _("committee review")
        verbose_name_plural = _("committee reviews")

    def may_decide(self, page: Page, user) -> bool:
        return user.is_superuser or (self._user_in_groups(user) and not self.concerns(page, user))

    def concerns(self, page: Page, user) -> bool:
        """The page stands in a course that the person teaches, or is one that lists them as it is sent."""
        if any(row.user_id == user.pk for row in _instructors_written_in(page)):
            return True
        return any(page.path.startswith(path) for path in self._paths_taught(user))

    def _paths_taught(self, user) -> list[str]:
        # Asked for every page of a list: kept beside the groups that Wagtail keeps on the user.
        if not hasattr(user, "_paths_taught"):
            user._paths_taught = list(
                CourseInstructor.courses_of(user).values_list("path", flat=True)
            )
        return user._paths_taught

    # --- What Wagtail asks ----------------------------------------------------------------
    def user_can_access_editor(self, obj, user):
        return self.may_decide(obj, user)

    def locked_for_user(self, obj, user):
        return not self.may_decide(obj, user)

    def get_actions(self, obj, user):
        return super().get_actions(obj, user) if self.may_decide(obj, user) else []

    def get_task_states_user_can_moderate(self, user, **kwargs):
        states = super().get_task_states_user_can_moderate(user, **kwargs)
        if user.is_superuser:
            return states
        own = Q(pk__in=[])
        for path in self._paths_taught(user):
            own |= Q(path__startswith=path)
        pages = Page.objects.filter(own).annotate(key=Cast("pk", models.CharField())).order_by()
        return states.exclude(workflow_state__object_id__in=pages.values("key"))

    @transaction.atomic
    def on_action(self, task_state, user, action_name, **kwargs):
        """Approve or reject; PermissionDenied for whoever may not decide. Asked anew, whatever was shown."""
        vars(user).pop("_paths_taught", None)
        page = task_state.revision.as_object()
        if not self.may_decide(page, user):
            raise PermissionDenied(_("Another member of the committee decides on this page."))
        super().on_action(task_state, user, action_name, **kwargs)
        if self.concerns(page, user):
            data = {"decision": action_name}
            log(
                page, "curriculum.decide_on_own", user=user, data=data, revision=task_state.revision
            )


def _instructors_written_in(page: Page) -> list[CourseInstructor]:
    """Of a course as its revision has it: whoever is added there teaches once it is published."""
    return list(page.instructor_rows.all()) if isinstance(page, Course) else []
