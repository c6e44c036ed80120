"""The one way out for files that came with an application."""

from django.contrib.auth.decorators import login_required
from django.core.files.storage import storages
from django.http import Http404, HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from lms.cohorts.models import ApplicationFile
from lms.cohorts.rules import may_open_file


@login_required
@require_safe
def file(request, code, key):
    """The bytes of a file, for the applicant and administrators; anyone else's answers as one that is not there."""
    row = ApplicationFile.objects.filter(key=key, application__cohort__code=code)
    row = row.select_related("application").first()
    if row is None or not may_open_file(request.user, row):
        raise Http404
    return file_response(row, row.name)


def file_response(row: ApplicationFile, name: str) -> HttpResponse:
    """The stored bytes as a download called `name`; nothing is shown in the browser or kept by it."""
    try:
        with storages["private"].open(row.stored) as stored:
            content = stored.read()
    except FileNotFoundError:
        raise Http404 from None
    response = HttpResponse(content, content_type=row.content_type)
    response["Content-Disposition"] = content_disposition_header(True, name)
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
