"""Pages without a domain: the language chooser, public pictures, signs of life."""

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language_from_request
from django.views.static import serve

from lms.core.styleguide import sample_context


def choose_language(request):
    """`/` leads to the reader's language, Italian if they speak neither."""
    response = HttpResponseRedirect(f"/{get_language_from_request(request)}/")
    patch_vary_headers(response, ["Accept-Language", "Cookie"])
    return response


def public_image(request, path):
    """Renditions of published pictures: the one part of the media folder that is open to all."""
    response = serve(request, path, document_root=f"{settings.MEDIA_ROOT}/images")
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


def alive(request):
    """The process answers: for whoever restarts it."""
    return HttpResponse("ok", content_type="text/plain", headers={"Cache-Control": "no-store"})


def ready(request):
    """The database answers too: for whoever sends it readers."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return HttpResponse("no database", status=503, content_type="text/plain")
    return HttpResponse("ok", content_type="text/plain", headers={"Cache-Control": "no-store"})


def styleguide(request):
    """Every component of the design system in one page; in the address list only when DEBUG is on."""
    return render(request, "core/styleguide.html", sample_context())


def styleguide_lesson(request):
    """The lesson player with sample words, for the eye."""
    return render(request, "core/styleguide_lesson.html", sample_context())
