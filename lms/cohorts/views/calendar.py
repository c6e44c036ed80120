"""Calendars to subscribe to: a cohort's, which is public, and a person's, behind a secret address."""

import hashlib
import re
import secrets

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from lms.cohorts import services
from lms.cohorts.ical import cohort_calendar, personal_calendar, whole
from lms.cohorts.models import CalendarFeed
from lms.cohorts.summary import sessions_of
from lms.cohorts.views.public import public_cohort_of
from lms.core.budget import Budget, too_many
from lms.core.errors import DomainError
from lms.core.typed import number_in

# Calendar servers ask for many people from one address: only wrong ones are dear.
HIT, MISS = 1, 20
_BUDGET = Budget("calendars", 600)
_FILE = re.compile(r"([A-Za-z0-9_-]{32})\.ics")


@require_safe
def calendar(request, code):
    cohort = public_cohort_of(code, request.user)
    sessions = cohort.sessions.select_related("module", "venue").order_by("starts_at", "pk")
    return _answer(request, cohort_calendar(cohort, sessions), cohort.code)


@require_safe
@sensitive_variables("file")
def feed(request, file):
    """The calendar behind a secret address; unknown, malformed, revoked and of who left all look alike.

    It knows no session and no cookie: whoever has the address is the person's calendar.
    """
    if _BUDGET.spent(request):
        return too_many(request)
    found = _FILE.fullmatch(file)
    row = found and (
        CalendarFeed.objects.filter(token_hash=CalendarFeed.hash_of(found[1]), user__is_active=True)
        .select_related("user")
        .first()
    )
    _BUDGET.spend(request, HIT if row else MISS)
    if not row:
        raise Http404
    services.note_reading(feed=row)
    with translation.override(row.user.language):
        body = personal_calendar(sessions_of(row.user))
    return _answer(request, body, "cohub")


feed.takes_any_text = True  # NullCharacterMiddleware: it answers alike whatever is typed


def _answer(request: HttpRequest, body: bytes, name: str) -> HttpResponse:
    """The file, or 304 for a calendar that has it already."""
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.ics"'
    response["Cache-Control"] = "private, no-store"
    response["ETag"] = quote_etag(hashlib.sha256(body).hexdigest()[:32])
    response["X-Robots-Tag"] = "noindex"
    return get_conditional_response(request, etag=response["ETag"], response=response)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_variables("token")
def feed_page(request):
    """Make, renew or take back one's address; a new one is shown in the answer, and never again."""
    token = ""
    if request.method == "POST":
        if "revoke" in request.POST:
            services.revoke_feed(user=request.user)
            messages.success(request, _("The address no longer works."))
            return redirect("cohorts:feed_page")
        try:
            token = services.renew_feed(
                user=request.user,
                asking=request.POST.get("asking", ""),
                serial=number_in(request.POST.get("serial", "")),
            )
        except DomainError as refusal:
            messages.error(request, refusal.message)
            return redirect("cohorts:feed_page")
    row = CalendarFeed.objects.filter(user=request.user).first()
    address = whole(reverse("calendar_feed", args=[f"{token}.ics"])) if token else ""
    context = {
        "feed": row if row and row.token_hash else None,
        "serial": row.serial if row else 0,
        "asking": secrets.token_urlsafe(16),
        "address": address,
        "subscribe": "webcal:" + address.partition(":")[2],
    }
    return render(request, "cohorts/feed.html", context)
