"""The person's place in line, and the offer of a seat: one page, one POST."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from lms.cohorts import services
from lms.cohorts.choices import ApplicationStatus
from lms.cohorts.models import Application, Cohort, Offer
from lms.cohorts.summary.selection import selection_of
from lms.cohorts.summary.waiting import (
    last_day_of_offers,
    list_moves,
    open_offer,
    place_in_line,
    place_in_words,
)
from lms.cohorts.views.public import public_cohort_of
from lms.core.dates import moment_in_words
from lms.core.errors import DomainError
from lms.core.navigation import Link
from lms.core.typed import number_in


@never_cache
@login_required
def offer(request, code):
    """`/it/edizioni/<CODE>/offerta/`: everybody sees their own state and nobody else's."""
    cohort = public_cohort_of(code, request.user)
    mine = (
        Application.objects.filter(cohort=cohort, user=request.user)
        .exclude(status=ApplicationStatus.DRAFT)
        .select_related("cohort", "user")
        .order_by("-pk")
        .first()
    )
    if request.method == "POST":
        return _answer(request, cohort, mine)
    found = open_offer(mine) if mine else None
    selection, now = selection_of(cohort), timezone.now()
    place = place_in_line(mine) if mine and mine.status == ApplicationStatus.WAITLISTED else None
    context = {
        "cohort": cohort,
        "offer": found,
        "late": bool(found and found.expires_at <= now),
        "until": found and moment_in_words(found.expires_at),
        "status": mine and mine.status,
        "place": place,
        "place_words": place and place_in_words(place),
        "moves": list_moves(cohort, selection, timezone.localdate(now)),
        "last_day": last_day_of_offers(cohort, selection),
        "hours": selection.offer_hours,
        "enrolled": cohort.enrolments.active().filter(user=request.user).exists(),
        "crumbs": [Link(cohort.code, cohort.get_absolute_url())],
        "language": get_language(),
    }
    return render(request, "cohorts/offer.html", context)


def _answer(request, cohort: Cohort, mine: Application | None):
    """The offer that the page showed, by its number: a page left open never answers a later one."""
    pk = number_in(request.POST.get("offer", ""))
    found = Offer.objects.filter(pk=pk, application=mine).first() if mine and pk else None
    answer = request.POST.get("answer")
    if found is None or answer not in ("accept", "decline"):
        messages.error(request, _("No offer is waiting for you here"))
        return redirect("cohorts:offer", code=cohort.code)
    try:
        services.answer_offer(offer=found, accept=answer == "accept", by=request.user)
    except DomainError as refusal:
        messages.error(request, refusal.message)
        return redirect("cohorts:offer", code=cohort.code)
    if answer == "accept":
        messages.success(request, _("The seat is yours. Welcome!"))
        return redirect("cohorts:detail", code=cohort.code)
    messages.success(request, _("Thank you for saying so: the seat goes to somebody else."))
    return redirect("cohorts:offer", code=cohort.code)
