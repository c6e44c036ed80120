"""The committee's task and what is kept of each decision.

Wagtail calls a task's methods by name, so what may be decided stands here and not in a service. The mails are
sent by `curriculum.services.letters`, at Wagtail's own signals.
"""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import Q
from django.db.models.functions import Cast
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.locks import WorkflowLock
from wagtail.log_actions import log
from wagtail.models import (
    COMMENTS_RELATION_NAME,
    AbstractGroupApprovalTask,
    Page,
    Revision,
    TaskState,
    WorkflowState,
)

from curriculum.choices import Answer, ReviewItem
from curriculum.models.checklist import ApprovalForm, ChangesForm, as_kept, plain, refuse_unfit
from curriculum.models.course import Course, CourseInstructor
from lms.core.errors import DomainError

# What a revision holds beside what its author wrote.
BOOKKEEPING = frozenset({
    COMMENTS_RELATION_NAME, "path", "depth", "numchild", "url_path", "draft_title", "live",
    "has_unpublished_changes", "first_published_at", "last_published_at", "live_revision",
    "latest_revision", "latest_revision_created_at", "expired", "locked", "locked_at", "locked_by",
})  # fmt: skip


class CommitteeDecision(TaskState):
    """One submission to the committee and, once decided, the checklist and the version that was read."""

    checklist = models.JSONField(gettext_lazy("checklist"), default=dict, blank=True)
    # TaskState.revision goes with the revision; this one keeps the revision for as long as the decision.
    reviewed = models.ForeignKey(
        Revision,
        verbose_name=gettext_lazy("version reviewed"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="committee_decisions",
    )
    # A revision copied to another page was not read there.
    exclude_fields_in_copy = ["checklist", "reviewed"]

    class Meta:
        verbose_name = gettext_lazy("committee decision")
        verbose_name_plural = gettext_lazy("committee decisions")

    @property
    def rows(self) -> list[dict]:
        """The checklist in words and in order: `{"item", "answer", "value", "remark"}`."""
        answers = dict(Answer.choices)
        return [
            {
                "item": str(item.label),
                "value": row["answer"],
                "answer": str(answers.get(row["answer"], "—")),
                "remark": row["remark"],
            }
            for item in ReviewItem
            if (row := self.checklist.get(item.value))
        ]


class CommitteeLock(WorkflowLock):
    """While the committee reads, the text stands still; its members comment and decide."""

    def get_message(self, user):
        if self.for_user(user):
            return _(
                "The committee is reading this page: the text cannot be changed until it has decided. "
                "Whoever submitted it may take it back."
            )
        if not may_change_text(self.object, user):
            return _(
                "You read this page for the committee: write comments beside the text, then decide with the "
                "checklist. Changes to the text itself are not kept: ask the author for them."
            )
        return super().get_message(user)


class CommitteeReview(AbstractGroupApprovalTask):
    """The committee's task: nobody decides on a course that they teach, but for superusers, by name."""

    task_state_class = CommitteeDecision
    lock_class = CommitteeLock

    class Meta:
        verbose_name = gettext_lazy("committee review")
        verbose_name_plural = gettext_lazy("committee reviews")

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
        if not self.may_decide(obj, user):
            return []
        return [("reject", _("Request changes"), True), ("approve", _("Approve"), True)]

    def get_form_for_action(self, action):
        return ApprovalForm if action == "approve" else ChangesForm

    def get_template_for_action(self, action):
        return "curriculum/admin/decision_modal.html"

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
    def on_action(
        self,
        task_state,
        user,
        action_name,
        *,
        comment: str = "",
        checklist: Any = None,
        version: int | None = None,
    ):
        """Approve or ask for changes; everything is asked anew, whatever was shown.

        `checklist` is `{item: {"answer", "remark"}}`; `version` the revision that the member has read. Raises
        PermissionDenied for whoever may not decide, and DomainError: `bad_checklist`, `unanswered`,
        `answered_no`, `no_comment`, `decided` (somebody was faster), `other_version`, `own_changes` (the
        approver changed the text: Wagtail would publish the version sent, in silence).
        """
        kept, comment = as_kept(checklist), plain(comment)
        refuse_unfit(action_name, kept, comment)
        vars(user).pop("_paths_taught", None)
        decision = self._locked(task_state)
        if version is not None and version != decision.revision_id:
            raise DomainError(
                _("Another version was submitted meanwhile: read it before you decide."),
                "other_version",
            )
        page = decision.revision.as_object()
        if not self.may_decide(page, user):
            raise PermissionDenied(_("Another member of the committee decides on this page."))
        if action_name == "approve":
            _refuse_own_changes(decision, user)
        decision.checklist, decision.reviewed = kept, decision.revision
        super().on_action(decision, user, action_name, comment=comment)
        if self.concerns(page, user):
            data = {"decision": action_name}
            log(page, "curriculum.decide_on_own", user=user, data=data, revision=decision.revision)

    def _locked(self, task_state) -> CommitteeDecision:
        """The decision as it is now, with its page's row locked: nobody saves or decides in between."""
        state = WorkflowState.objects.filter(pk=task_state.workflow_state_id).first()
        if state is not None:
            Page.objects.select_for_update().filter(pk=int(state.object_id)).first()
            state = WorkflowState.objects.select_for_update().filter(pk=state.pk).first()
        decision = (
            CommitteeDecision.objects.select_for_update(of=("self",))
            .select_related("revision")
            .filter(pk=task_state.pk)
            .first()
        )
        if (
            state is None
            or decision is None
            or state.status != WorkflowState.STATUS_IN_PROGRESS
            or decision.status != TaskState.STATUS_IN_PROGRESS
        ):
            raise DomainError(
                _("This page waits for no decision any more: somebody was faster."), "decided"
            )
        decision.workflow_state = state
        return decision


def may_change_text(page: Page, user) -> bool:
    """Granted by role or course, not by the committee's task, which opens the editor for comments alone."""
    if user.is_superuser:
        return True
    tester = page.permissions_for_user(user)
    return "change" in tester.permissions or (
        "add" in tester.permissions and page.owner_id == user.pk
    )


def same_text(one: Revision, other: Revision) -> bool:
    """Whether two versions of a page differ in nothing that its author writes."""
    return _written(one) == _written(other)


def _written(revision: Revision) -> dict:
    return {key: value for key, value in revision.content.items() if key not in BOOKKEEPING}


def _refuse_own_changes(decision: CommitteeDecision, user) -> None:
    latest = (
        Revision.objects.for_instance(decision.revision.content_object)
        .order_by("-created_at", "-pk")
        .first()
    )
    if latest is None or latest.pk == decision.revision_id or latest.user_id != user.pk:
        return
    if not same_text(latest, decision.revision):
        raise DomainError(
            _(
                "You changed the text after it was submitted. Your version has been read by nobody else: "
                "request changes, or submit your version anew."
            ),
            "own_changes",
        )


def is_reviewed_ground(page: Page) -> bool:
    """Whether a page is a catalogue or stands in one. One query."""
    from curriculum.models.catalogue import Catalogue

    top = page.path[: Page.steplen * 3]
    return len(page.path) >= Page.steplen * 3 and Catalogue.objects.filter(path=top).exists()


def past_committee(revision: Revision) -> bool:
    """Whether no decision of the committee approves exactly this version."""
    approved = CommitteeDecision.objects.filter(reviewed=revision, status=TaskState.STATUS_APPROVED)
    return not approved.exists()


def _instructors_written_in(page: Page) -> list[CourseInstructor]:
    """Of a course as its revision has it: whoever is added there teaches once it is published."""
    return list(page.instructor_rows.all()) if isinstance(page, Course) else []
