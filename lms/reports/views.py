"""Reports in the Wagtail admin: choose a cohort, read the summary, take the file."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from lms.core.errors import DomainError
from lms.core.registries import registries
from lms.reports import services
from lms.reports.rules import reported_cohorts


def _refuse_others(request):
    if not request.user.has_perm("reports.read"):
        raise PermissionDenied


@never_cache
@require_safe
def index(request):
    _refuse_others(request)
    context = {
        "cohorts": reported_cohorts(request.user)
        .select_related("course")
        .order_by("-starts_on", "code"),
        "reports": registries.reports.values(),
        "header_title": _("Attendance reports"),
        "header_icon": "table",
    }
    return render(request, "reports/index.html", context)


@never_cache
@require_safe
def cohort(request, code):
    """The summary on screen: the same frame as the file."""
    _refuse_others(request)
    found = get_object_or_404(reported_cohorts(request.user), code=code)
    frame = services.report_frame(report="r2", cohort=found, by=request.user)
    context = {
        "cohort": found,
        "rows": frame.to_dict("records"),
        "reports": registries.reports.values(),
        "header_title": found.code,
        "header_subtitle": found.title,
        "header_icon": "table",
    }
    return render(request, "reports/cohort.html", context)


@never_cache
@require_safe
def download(request, code, report, format):
    _refuse_others(request)
    found = get_object_or_404(reported_cohorts(request.user), code=code)
    try:
        file = services.export_report(report=report, cohort=found, format=format, by=request.user)
    except DomainError as refusal:
        raise Http404(refusal.message) from refusal
    response = HttpResponse(file.content, content_type=file.content_type)
    response["Content-Disposition"] = f'attachment; filename="{file.name}"'
    return response
