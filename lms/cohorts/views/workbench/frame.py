"""What the tabs of a cohort's page share: who may open them, their frame, and how a button is answered."""

from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lms.cohorts.models import Cohort
from lms.core.errors import DomainError

# Name of the address → what the tab is called, in the order shown.
TABS = {
    "workbench": _("Overview"),
    "applications": _("Applications"),
    "application_form": _("Application form"),
    "enrolments": _("Learners"),
    "ways_in": _("Ways in"),
    "fees": _("Fees"),
    "sessions": _("Sessions"),
    "staff": _("Staff"),
}


@dataclass(frozen=True)
class Action:
    """A button of a tab: `run(request, cohort, form)` calls one service and returns what to say.

    `page(request, cohort, status=…, **forms)` shows the tab again with what was typed; `form(cohort,
    data)` reads it, and `name` is what the tab's template calls it.
    """

    run: Callable[[HttpRequest, Cohort, forms.Form | None], str]
    tab: str
    page: Callable[..., HttpResponse]
    form: Callable[[Cohort, object], forms.Form] | None = None
    name: str = ""


def require_administrator(request: HttpRequest) -> None:
    if not request.user.has_perm("cohorts.administer"):
        raise PermissionDenied


def cohort_for(request: HttpRequest, pk: int) -> Cohort:
    """The cohort, for administrators alone."""
    # Asked before looking: who may not is told the same of every number.
    require_administrator(request)
    return get_object_or_404(Cohort.objects.select_related("course"), pk=pk)


def render_tab(
    request: HttpRequest,
    cohort: Cohort,
    tab: str,
    *,
    status: int = 200,
    template: str = "",
    **context,
) -> HttpResponse:
    """The template `cohorts/admin/<template, else tab>.html` in the frame; its forms are given ids of their own."""
    for name, value in context.items():
        if isinstance(value, forms.BaseForm):
            # Two of them have a field `user`: one page, one element for each id.
            value.auto_id = f"{name}_%s"
    frame = {
        "cohort": cohort,
        "header_title": cohort.code,
        "header_subtitle": cohort.title,
        "header_icon": "group",
        "tab": tab,
        "tabs": [
            {
                "name": name,
                "label": label,
                "url": reverse(f"cohorts_admin:{name}", args=[cohort.pk]),
            }
            for name, label in TABS.items()
        ],
    }
    template = template or ("overview" if tab == "workbench" else tab)
    return render(request, f"cohorts/admin/{template}.html", frame | context, status=status)


def carry_out(request: HttpRequest, cohort: Cohort, action: Action) -> HttpResponse:
    """Run the action; a refusal comes back as a message beside what was typed."""
    form = action.form(cohort, request.POST) if action.form else None
    if form is not None and not form.is_valid():
        return action.page(request, cohort, status=422, **{action.name: form})
    try:
        message = action.run(request, cohort, form)
    except DomainError as refusal:
        if form is not None:
            form.add_error(None, refusal.message)
            return action.page(request, cohort, status=409, **{action.name: form})
        messages.error(request, refusal.message)
    else:
        messages.success(request, message)
    return redirect(f"cohorts_admin:{action.tab}", pk=cohort.pk)
