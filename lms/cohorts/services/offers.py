"""What becomes of an offered seat: taken, left, or lapsed by the clock."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from lms.accounts.models import User
from lms.cohorts.choices import ApplicationStatus, OfferAnswer
from lms.cohorts.models import Application, Cohort, Offer, Selection
from lms.cohorts.services.enrolments import take_seat
from lms.cohorts.services.letters import send_application_letter
from lms.cohorts.services.rubrics import held_selection
from lms.cohorts.services.selection_letters import send_list_closed_letter, send_offer_letter
from lms.cohorts.services.waiting import close_offer, hold_cohort, offer_free_seats
from lms.core.errors import DomainError

ANSWERS = {True: OfferAnswer.ACCEPTED, False: OfferAnswer.DECLINED}


def answer_offer(
    *, offer: Offer, accept: bool, by: User | None, at: datetime | None = None
) -> Offer:
    """Take or leave an offered seat; the same answer again changes nothing.

    Refused with `offer_lapsed` from the hour on until which it held, whether or not the clock has been there (the
    seat goes to the next in line at once), and with `offer_answered` when the other answer was given.
    """
    at = at or timezone.now()
    with transaction.atomic():
        offer = _held(offer)
        if offer.answer == OfferAnswer.NONE:
            if at >= offer.expires_at:
                _lapse(offer, at)
            elif accept:
                _accept(offer, by, at)
            else:
                _leave(offer, by, at)
    # Outside, so that a lapse stays written.
    if offer.answer == OfferAnswer.LAPSED:
        raise DomainError(
            _("The hour has passed and the seat has gone to the next in line."), "offer_lapsed"
        )
    if offer.answer != ANSWERS[accept]:
        raise DomainError(_("You have already answered this offer."), "offer_answered")
    return offer


def run_offers(at: datetime | None = None) -> int:
    """The clock's work: lapse what has expired, offer what is free; the number of offers touched.

    May run twice: every offer lapses once, every seat is offered once.
    """
    at = at or timezone.now()
    touched = 0
    expired = Offer.objects.open().filter(expires_at__lte=at)
    for offer in expired.select_related("application").order_by("expires_at", "pk"):
        with transaction.atomic():
            offer = _held(offer)
            if offer.answer == OfferAnswer.NONE:
                _lapse(offer, at)
                touched += 1
    waiting = Application.objects.filter(status=ApplicationStatus.WAITLISTED)
    for pk in sorted(set(waiting.values_list("cohort_id", flat=True))):
        with transaction.atomic():
            touched += len(offer_free_seats(hold_cohort(pk), at=at))
    return touched


def close_waiting_list(
    *, cohort: Cohort, by: User | None, at: datetime | None = None
) -> list[Application]:
    """No more offers: whoever is still in line is told, once. Open offers hold until their hour. Again changes nothing."""
    at = at or timezone.now()
    with transaction.atomic():
        selection: Selection = held_selection(cohort)
        if selection.list_closed_at:
            return []
        selection.list_closed_at = at
        selection.save(update_fields=["list_closed_at", "updated_at"])
        rows = list(
            cohort.applications.select_for_update(of=("self",))
            .filter(status=ApplicationStatus.WAITLISTED)
            .select_related("user", "cohort")
            .order_by("pk")
        )
        for row in rows:
            row.status, row.decided_at, row.decided_by = ApplicationStatus.DECLINED, at, by
            row.save(update_fields=["status", "decided_at", "decided_by", "updated_at"])
            log(row, "cohorts.decline", user=by)
            send_list_closed_letter(row)
        log(cohort, "cohorts.close_waiting_list", user=by, data={"told": len(rows)})
    return rows


def _held(offer: Offer) -> Offer:
    hold_cohort(offer.application.cohort_id)
    return (
        Offer.objects.select_for_update(of=("self", "application"))
        .select_related("application__cohort", "application__user", "application__organisation", "pool")
        .get(pk=offer.pk)
    )  # fmt: skip


def _accept(offer: Offer, by: User | None, at: datetime) -> None:
    application = offer.application
    # First let go of the seat, then take it: the cohort is held, nobody comes between.
    close_offer(offer, OfferAnswer.ACCEPTED, at=at, by=by)
    application.status, application.decided_at = ApplicationStatus.ADMITTED, at
    application.save(update_fields=["status", "decided_at", "updated_at"])
    take_seat(
        cohort=application.cohort,
        user=application.user,
        organisation=application.organisation,
        pool=offer.pool,
        application=application,
        joined_on=None,
        by=by,
        at=at,
        promised=True,
    )
    log(application, "cohorts.admit", user=by, data={"offer": offer.pk})
    send_application_letter(application, "admitted")


def _leave(offer: Offer, by: User | None, at: datetime) -> None:
    close_offer(offer, OfferAnswer.DECLINED, at=at, by=by)
    _set(offer.application, ApplicationStatus.WITHDRAWN)
    offer_free_seats(offer.application.cohort, at=at)


def _lapse(offer: Offer, at: datetime) -> None:
    close_offer(offer, OfferAnswer.LAPSED, at=at, by=None)
    _set(offer.application, ApplicationStatus.LAPSED)
    if not offer.application.cohort.cancelled_at:
        send_offer_letter(offer, "lapsed")
    offer_free_seats(offer.application.cohort, at=at)


def _set(application: Application, status: str) -> None:
    application.status = status
    application.save(update_fields=["status", "updated_at"])
