"""A person's own certificates and their files."""

import logging

from django.contrib.auth.decorators import login_required
from django.core.files.storage import storages
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from certificates.models import Certificate
from lms.core.pdf import pdf_off_message

logger = logging.getLogger(__name__)


@never_cache
@login_required
@require_safe
def mine(request):
    """Those of the person alone, administrators too; 1 query beside the frame's."""
    certificates = list(Certificate.objects.filter(enrolment__user=request.user))
    context = {
        "certificates": certificates,
        "pdf_off": "" if all(row.is_produced for row in certificates) else pdf_off_message(),
    }
    return render(request, "certificates/mine.html", context)


@login_required
@require_safe
def download(request, uuid, file):
    """The stored bytes; someone else's certificate answers like one that does not exist."""
    certificate = get_object_or_404(
        Certificate.objects.visible_to(request.user).produced(), uuid=uuid
    )
    if file != certificate.file_slug:
        raise Http404
    try:
        content = storages["certificates"].open(certificate.file)
    except FileNotFoundError:
        logger.error("The file of certificate %s is missing.", certificate.label)
        raise Http404 from None
    response = FileResponse(
        content, as_attachment=True, filename=file, content_type="application/pdf"
    )
    response["Cache-Control"] = "private, no-store"
    return response
