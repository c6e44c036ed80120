"""A seat that gets free goes to the next in line, at once and held; nobody passes."""

from datetime import datetime, timedelta

from django.utils import timezone
from wagtail.log_actions import log

from lms.accounts.models import User
from lms.cohorts.choices import ApplicationStatus, OfferAnswer
from lms.cohorts.models import Application, Cohort, Offer
from lms.cohorts.services.selection_letters import send_offer_letter
from lms.cohorts.summary.seats import seats_by_pool
from lms.cohorts.summary.selection import selection_of
from lms.cohorts.summary.waiting import list_moves, offers_due, waiting_line


def offer_free_seats(cohort: Cohort, *, at: datetime) -> list[Offer]:
    """Offer every free seat to the next in line who may have it, inside the caller's transaction.

    The caller holds the cohort's row. Called wherever a seat gets free, and before anybody else takes one.
    """
    line = list(waiting_line(cohort))
    if not line:
        return []
    selection = selection_of(cohort)
    if not list_moves(cohort, selection, timezone.localdate(at)):
        return []
    until = at + timedelta(hours=selection.offer_hours)
    due = offers_due(line, seats_by_pool(cohort))
    return [_offer(application, pool, at, until) for application, pool in due]


def close_offer(offer: Offer, answer: str, *, at: datetime, by: User | None) -> None:
    """Write what became of an offer; the seat is no longer held. What follows is the caller's."""
    offer.answer, offer.answered_at = answer, at
    offer.save(update_fields=["answer", "answered_at", "updated_at"])
    data = {"offer": offer.pk, "answer": answer, "expires_at": offer.expires_at.isoformat()}
    log(offer.application, "cohorts.answer_offer", user=by, data=data)


def leave_line(application: Application, *, at: datetime, by: User | None) -> None:
    """Give back the seat that is held for an application, if there is one, inside the caller's transaction."""
    offer = Offer.objects.open().filter(application=application).first()
    if offer:
        close_offer(offer, OfferAnswer.DECLINED, at=at, by=by)


def hold_cohort(cohort_id: int) -> Cohort:
    """The cohort's row, held until the transaction ends. Always before its applications: so nobody waits in a circle."""
    return Cohort.objects.select_for_update().get(pk=cohort_id)


def _offer(application: Application, pool: int | None, at: datetime, until: datetime) -> Offer:
    offer = Offer.objects.create(
        application=application, pool_id=pool, made_at=at, expires_at=until
    )
    application.status = ApplicationStatus.OFFERED
    application.save(update_fields=["status", "updated_at"])
    data = {"offer": offer.pk, "pool": pool, "expires_at": until.isoformat()}
    log(application, "cohorts.offer_seat", data=data)
    send_offer_letter(offer, "made")
    return offer
