"""Wagtail's editor and decision views, where the committee's refusals are said in words, and its side panel."""

import json

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.admin.ui.components import MediaContainer
from wagtail.admin.ui.side_panels import BaseSidePanel
from wagtail.admin.views.pages.edit import EditView
from wagtail.admin.views.pages.workflow import WorkflowActionView

from curriculum.desk import course_of
from curriculum.models import CommitteeReview
from curriculum.rules import may_see_desk
from curriculum.summary import decisions_on, review_of, sent_back
from lms.core.errors import DomainError

OURS = "curriculum/admin/edit.html"
DECISION_KEYS = {"comment": str, "checklist": dict, "version": int}


class ReviewsSidePanel(BaseSidePanel):
    """Every decision on the page, and in words when its version appears and goes."""

    class SidePanelToggle(BaseSidePanel.SidePanelToggle):
        aria_label = gettext_lazy("Toggle the committee’s reviews")
        icon_name = "clipboard-list"
        has_counter = False

    name = "committee_reviews"
    title = gettext_lazy("The committee’s reviews")
    template_name = "curriculum/admin/reviews_side_panel.html"
    order = 150

    def get_context_data(self, parent_context):
        context = super().get_context_data(parent_context)
        page = self.object
        context["decisions"] = decisions_on(page)
        context["review"] = review_of(page)
        context["waiting"] = page.current_workflow_task_state if page.workflow_in_progress else None
        context["draft_goes_live_at"] = page.go_live_at
        context["draft_expires_at"] = page.expire_at
        return context


class PageEditView(EditView):
    deciding = False

    def get_template_names(self):
        names = super().get_template_names()
        return [OURS if name == "wagtailadmin/pages/edit.html" else name for name in names]

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {"sent_back": sent_back(self.page)}

    def add_save_confirmation_message(self):
        if not self.deciding:
            return super().add_save_confirmation_message()
        said = _("“%(title)s” goes back to its author, with your comment.")
        if self.workflow_action == "approve":
            said = _("“%(title)s” is approved, and its author is told.")
        messages.success(self.request, said % {"title": self.page.get_admin_display_title()})
        return None

    def redirect_away(self):
        """Who sent a page goes back to the course's outline; who decided on it, to what still waits."""
        if self.next_url:
            return super().redirect_away()
        if self.deciding:
            return redirect("wagtailadmin_home")
        course = course_of(self.page)
        if course is None or not may_see_desk(self.request.user, course):
            return super().redirect_away()
        outline = reverse("desk:outline", args=[course.pk])
        return redirect(f"{outline}#pagina-{self.page.pk}")

    def get_side_panels(self):
        panels = super().get_side_panels()
        workflow = None if self.expects_json_response else self.page.get_workflow()
        if workflow and any(isinstance(t.specific, CommitteeReview) for t in workflow.tasks):
            return MediaContainer([*panels, ReviewsSidePanel(self.page, self.request)])
        return panels

    def perform_workflow_action(self):
        """What the editor hands over has been looked at by nobody; a refusal leaves the comments saved."""
        try:
            task = self.page.current_workflow_task
            if isinstance(task, CommitteeReview):
                self.deciding = True
                refuse_garbled(self.request.POST.get("workflow-action-extra-data", "{}"))
            return super().perform_workflow_action()
        except DomainError as refusal:
            messages.error(self.request, refusal.message)
            return self.redirect_and_remain()


class DecisionView(WorkflowActionView):
    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        try:
            form = self.form_class(request.POST) if self.form_class else None
            if form is not None and not form.is_valid() and not _by_script(request):
                raise DomainError(
                    " ".join(dict.fromkeys(str(e) for es in form.errors.values() for e in es)),
                    "form",
                )
            return super().post(request, *args, **kwargs)
        except DomainError as refusal:
            messages.error(request, refusal.message)
            if _by_script(request):
                return self.render_modal_json(
                    request, {"step": "success", "redirect": self.redirect_url}
                )
            return redirect(self.redirect_url)


def refuse_garbled(raw: str) -> None:
    """DomainError unless the text is the JSON that the decision's form makes, with the version read."""
    try:
        data = json.loads(raw)
    except (ValueError, RecursionError):
        data = None
    known = isinstance(data, dict) and all(
        key in DECISION_KEYS
        and isinstance(value, DECISION_KEYS[key])
        and not isinstance(value, bool)
        for key, value in data.items()
    )
    if not known or "version" not in data:
        raise DomainError(
            _("The decision did not arrive whole: open “Approve” or “Request changes” again."),
            "garbled",
        )


def _by_script(request: HttpRequest) -> bool:
    return request.headers.get("x-requested-with") == "XMLHttpRequest"
