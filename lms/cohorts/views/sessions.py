"""Where a session is: the door to a remote one, the page of a room."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from lms.cohorts.choices import Mode
from lms.cohorts.models import ClassSession, Room
from lms.cohorts.summary import has_link, joinable, opens_at


@never_cache
@login_required
@require_safe
def join(request, pk):
    """Lead to the link, asked for at the click: pages, mails and calendars name this address, never the link.

    Outside its hours people of the cohort are told when it opens; to others there is no such session.
    """
    rows = ClassSession.objects.exclude(link="").exclude(mode=Mode.HOUSE)
    session = get_object_or_404(
        rows.filter(cohort__opened_at__isnull=False).select_related(
            "cohort__course", "module", "venue"
        ),
        pk=pk,
    )
    if not request.user.has_perm("cohorts.read_inside", session.cohort):
        raise Http404
    now, off = timezone.now(), not has_link(session) or session.cohort.cancelled_at
    if joinable(session, now) and not off:
        response = HttpResponseRedirect(session.link)
        response["Referrer-Policy"] = "no-referrer"
        return response
    context = {
        "session": session,
        "cohort": session.cohort,
        "off": off,
        "over": session.ends_at <= now,
        "opens": opens_at(session),
    }
    return render(request, "cohorts/join.html", context)


@require_safe
def room(request, slug):
    """Where a room is and how to get in: public facts; one out of use keeps its page for old calendars."""
    return render(request, "cohorts/room.html", {"room": get_object_or_404(Room, slug=slug)})
