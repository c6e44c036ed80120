"""Which mails a person gets: their page, and the page of a mail's own link."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from lms.community import services
from lms.community.summary import choices_of, read_token, wanted_by


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    choices = choices_of(request.user)
    if request.method == "POST":
        wanted = {
            choice.kind.name: choice.field in request.POST
            for choice in choices
            # Only what the page showed: a box that was not there has not been unticked.
            if f"shown-{choice.field}" in request.POST
        }
        services.choose_mails(user=request.user, wanted=wanted)
        messages.success(request, _("Your choices are saved."))
        return redirect("community:preferences")
    context = {
        "free": [choice for choice in choices if not choice.kind.mandatory],
        "fixed": [choice for choice in choices if choice.kind.mandatory],
    }
    return render(request, "community/preferences.html", context)


@never_cache
@csrf_exempt  # RFC 8058: the mail program posts from nowhere, without cookies; the token is what lets in
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Looking changes nothing (programs that check links look). One POST stops the kind; `again` wants it back."""
    found = read_token(token)
    if found is None:
        raise Http404
    user, kind = found
    if request.method == "POST":
        services.choose_by_link(user=user, kind=kind, wanted="again" in request.POST)
    context = {
        "kind": kind,
        "wanted": wanted_by(user, kind),
        "done": request.method == "POST",
        "token": token,
    }
    response = render(request, "community/stop.html", context)
    # The address is the key: no other site learns it, no search keeps it.
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    return response
