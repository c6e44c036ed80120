"""The versions of a cohort's lessons in the Wagtail admin: which are newer, what differs, bringing them in."""

from django.contrib import messages
from django.http import Http404, HttpRequest
from django.shortcuts import redirect, render
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cms.panels import HomePanel
from lms.cohorts import services, summary
from lms.cohorts.forms import VersionsForm
from lms.cohorts.models import Cohort
from lms.cohorts.rules import cohorts_to_keep_current
from lms.core.errors import DomainError


def _cohort(request: HttpRequest, pk: int) -> Cohort:
    """Who may not is told the same as of a cohort that does not exist."""
    cohort = Cohort.objects.select_related("course").filter(pk=pk).first()
    if cohort is None or not request.user.has_perm("cohorts.change_versions", cohort):
        raise Http404
    return cohort


@require_http_methods(["GET", "HEAD", "POST"])
def versions(request, pk):
    """The list; a POST brings in what was chosen, or nothing and says why."""
    cohort = _cohort(request, pk)
    if request.method != "POST":
        return _page(request, cohort, VersionsForm())
    form = VersionsForm(request.POST)
    if not form.is_valid():
        return _page(request, cohort, form, status=422)
    try:
        version = services.bring_in(cohort=cohort, choices=form.choices, by=request.user)
    except DomainError as refusal:
        # What is ticked was true of what is there no longer: the page begins anew.
        return _page(request, cohort, VersionsForm(), refused=refusal.message, status=409)
    messages.success(
        request,
        _("Done: the cohort reads version %(number)s of its syllabus.")
        % {"number": version.number},
    )
    return redirect("cohorts_admin:versions", pk=cohort.pk)


@require_safe
def difference(request, pk, pin_id):
    """What differs between the version that the cohort reads and the one that is published."""
    cohort = _cohort(request, pk)
    row = summary.pin_row(cohort, pin_id)
    if row is None:
        raise Http404
    context = {
        "cohort": cohort,
        "row": row,
        "difference": summary.difference_of(row.pin.revision, row.newer) if row.newer else None,
        "refusal": _refusal(cohort),
        "header_title": row.pin.title,
        "header_subtitle": cohort.code,
        "header_icon": "history",
    }
    return render(request, "cohorts/admin/difference.html", context)


def _page(request, cohort: Cohort, form: VersionsForm, *, refused: str = "", status: int = 200):
    board = summary.versions_board(cohort)
    context = {
        "cohort": cohort,
        "board": board,
        "newer": [_typed(form, row, row.pin.lesson_id) for row in board.newer],
        "fresh": [_typed(form, row, row.page.pk) for row in board.fresh],
        "versions": [
            {"row": version, "changes": board.changes.get(version.pk, ())}
            for version in board.versions
        ],
        "form": form,
        "refused": refused,
        "refusal": _refusal(cohort),
        "header_title": _("Versions of the lessons"),
        "header_subtitle": cohort.code,
        "header_icon": "history",
    }
    return render(request, "cohorts/admin/versions.html", context, status=status)


def _typed(form: VersionsForm, row, page_id: int) -> dict:
    marked, reason = form.typed(page_id)
    return {
        "row": row,
        "page_id": page_id,
        "chosen": row.token in form.chosen,
        "erratum": marked,
        "reason": reason,
        "fault": form.faults.get(page_id, ""),
    }


def _refusal(cohort: Cohort) -> str:
    try:
        services.refuse_change(cohort)
    except DomainError as refusal:
        return refusal.message
    return ""


class NewerVersionsPanel(HomePanel):
    """On the admin's home: the cohorts still under way whose lessons have newer published versions."""

    name = "newer_versions"
    template_name = "cohorts/admin/newer_versions.html"
    order = 120

    @cached_property
    def cohorts(self) -> list[tuple[Cohort, int]]:
        under_way = cohorts_to_keep_current(self.request.user).under_way()
        rows = list(under_way.order_by("starts_on", "code"))
        waiting = summary.waiting_versions(rows) if rows else {}
        return [(row, waiting[row.pk]) for row in rows if waiting[row.pk]]

    def get_context_data(self, parent_context):
        return {"cohorts": self.cohorts}
