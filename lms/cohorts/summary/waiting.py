"""The waiting list as it stands: who is in line, in which order, and whether it still moves."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from lms.cohorts.choices import ApplicationStatus
from lms.cohorts.models import Application, Cohort, Offer, Selection
from lms.cohorts.summary.seats import CohortSeats


def waiting_line(cohort: Cohort) -> QuerySet[Application]:
    """Who waits for an offer, the next one first: by the place in the ranking, then by submission.

    Whoever has got a seat of the cohort by another way is in line no more.
    """
    seated = cohort.enrolments.active().values("user")
    return (
        Application.objects.filter(cohort=cohort, status=ApplicationStatus.WAITLISTED)
        .exclude(user__in=seated)
        .select_related("user", "pool", "waiting_place")
        .order_by(F("waiting_place__rank").asc(nulls_last=True), "submitted_at", "pk")
    )


def place_in_line(application: Application) -> int | None:
    """1 for the next one; None for who is not in line. One query."""
    order = list(waiting_line(application.cohort).values_list("pk", flat=True))
    return order.index(application.pk) + 1 if application.pk in order else None


def place_in_words(place: int) -> str:
    """The place as people say it, in the language now active: "third in line"."""
    words = {
        1: _("You are first in line"),
        2: _("You are second in line"),
        3: _("You are third in line"),
        4: _("You are fourth in line"),
        5: _("You are fifth in line"),
        6: _("You are sixth in line"),
        7: _("You are seventh in line"),
        8: _("You are eighth in line"),
        9: _("You are ninth in line"),
        10: _("You are tenth in line"),
    }
    return words.get(place) or _("You are number %(place)s in line") % {"place": place}


def last_day_of_offers(cohort: Cohort, selection: Selection, day: date | None = None) -> date:
    """The last day (of Europe/Rome) on which a free seat is offered, as it stands on `day` (default: today)."""
    first, _last = cohort.teaching_days(day or timezone.localdate())
    return first + timedelta(days=selection.offer_days)


def list_moves(cohort: Cohort, selection: Selection, day: date) -> bool:
    """Whether free seats are offered: the cohort goes on, the list is not closed, and it is not too late to join.

    Of a cohort whose state was set by hand, its days of teaching are those that follow from it.
    """
    return bool(
        cohort.opened_at
        and not cohort.cancelled_at
        and not selection.list_closed_at
        and day <= min(last_day_of_offers(cohort, selection, day), cohort.teaching_days(day)[1])
    )


def offers_due(
    line: Sequence[Application], seats: CohortSeats
) -> list[tuple[Application, int | None]]:
    """Who gets a free seat now, in order, and which: of the pool asked for, else one that is open (None)."""
    free = {row.pool and row.pool.pk: row.free for row in seats.all}
    left = seats.free
    due = []
    for application in line:
        if left <= 0:
            break
        for pool in dict.fromkeys([application.pool_id, None]):
            if free.get(pool, 0) > 0:
                free[pool] -= 1
                left -= 1
                due.append((application, pool))
                break
    return due


def open_offer(application: Application) -> Offer | None:
    return Offer.objects.open().filter(application=application).select_related("pool").first()
