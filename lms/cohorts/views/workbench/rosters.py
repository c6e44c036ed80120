"""A roster: uploaded, looked at line by line, brought in."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from lms.cohorts import services
from lms.cohorts.choices import LineState, RosterStatus
from lms.cohorts.exchange.rosters import ENCODINGS, SEPARATORS
from lms.cohorts.exchange.rosters import template as template_file
from lms.cohorts.forms import RosterForm
from lms.cohorts.models import Cohort, RosterImport
from lms.cohorts.summary import column_label, faulty_lines, judged_lines, seats_by_pool
from lms.cohorts.views.workbench import ways_in
from lms.cohorts.views.workbench.frame import cohort_for
from lms.core.errors import DomainError

PER_PAGE = 100


@require_safe
def template(request, pk):
    """The file to fill in."""
    cohort_for(request, pk)
    response = HttpResponse(template_file(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="elenco.csv"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request, pk):
    """Receive a file; who comes back to this address without one is led to the form."""
    cohort = cohort_for(request, pk)
    if request.method != "POST":
        return redirect("cohorts_admin:ways_in", cohort.pk)
    form = RosterForm(request.POST, request.FILES)
    if not form.is_valid():
        return ways_in.page(request, cohort, status=422, roster_form=form)
    try:
        roster = services.receive_roster(
            cohort=cohort, file=form.cleaned_data["file"], by=request.user
        )
    except DomainError as refusal:
        form.add_error("file", refusal.message)
        return ways_in.page(request, cohort, status=409, roster_form=form)
    return redirect("cohorts_admin:roster", cohort.pk, roster.pk)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def roster(request, pk, roster_id):
    """How far the file is, its lines, and the button that brings everybody in."""
    cohort = cohort_for(request, pk)
    row = get_object_or_404(RosterImport.objects.select_related("job"), pk=roster_id, cohort=cohort)
    if request.method != "POST":
        return _page(request, cohort, row)
    try:
        _answer(request, row)
    except DomainError as refusal:
        messages.error(request, refusal.message)
        return _page(request, cohort, row, status=409)
    if "forget" in request.POST:
        return redirect("cohorts_admin:ways_in", cohort.pk)
    return redirect("cohorts_admin:roster", cohort.pk, row.pk)


def _answer(request, row: RosterImport) -> None:
    if "forget" in request.POST:
        services.forget_roster(roster=row, by=request.user)
        messages.success(request, _("The file is deleted: nobody was brought in."))
    elif "commit" in request.POST:
        services.commit_roster(roster=row, sha256=request.POST.get("sha256", ""), by=request.user)
    else:
        raise DomainError(_("It was not said what to do: nothing has changed."), "unknown_action")


def _page(request, cohort: Cohort, row: RosterImport, *, status: int = 200):
    errors_alone = "errori" in request.GET
    context = {
        "cohort": cohort,
        "roster": row,
        "job": row.job,
        "working": row.status in (RosterStatus.READING, RosterStatus.COMMITTING),
        "counts": [
            {"label": state.label, "number": row.counts.get(state.value, 0)} for state in LineState
        ],
        "errors": row.counts.get(LineState.ERROR, 0),
        "new": row.counts.get(LineState.NEW, 0),
        "coming": sum(row.wanted.values()),
        "shape": f"{ENCODINGS[row.encoding]}, {SEPARATORS[row.separator]}" if row.encoding else "",
        "errors_alone": errors_alone,
        "header_title": _("Import a roster"),
        "header_subtitle": f"{cohort.code} · {row.file_name}",
        "header_icon": "upload",
    }
    if row.status == RosterStatus.READY:
        context |= _lines(request, row, errors_alone) | {"short": _short(cohort, row)}
    return render(request, "cohorts/admin/roster.html", context, status=status)


def _lines(request, row: RosterImport, errors_alone: bool) -> dict:
    """One page of judged lines; faults with the name of their column."""
    count = row.counts.get(LineState.ERROR, 0) if errors_alone else row.lines
    page = Paginator(range(count), PER_PAGE).get_page(request.GET.get("page", 1))
    read = faulty_lines if errors_alone else judged_lines
    lines = [
        {
            "line": line,
            "label": LineState(line.state).label,
            "faults": [(column_label(column), why) for column, why in line.faults],
        }
        for line in read(row, start=max(page.start_index() - 1, 0), number=PER_PAGE)
    ]
    return {"page_obj": page, "lines": lines}


def _short(cohort: Cohort, row: RosterImport) -> list[dict]:
    """Seats of which more are wanted than are free."""
    now = seats_by_pool(cohort)
    found = []
    for seats in now.all:
        wanted = row.wanted.get(str(seats.pool.pk) if seats.pool else "", 0)
        if wanted > min(seats.free, now.free):
            free = min(seats.free, now.free)
            found.append({"label": seats.label, "wanted": wanted, "free": free})
    if not found and sum(row.wanted.values()) > now.free:
        found.append({"label": "", "wanted": sum(row.wanted.values()), "free": now.free})
    return found
