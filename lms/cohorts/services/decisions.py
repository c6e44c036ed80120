"""Many decisions at once: all of them or none, each person told once, and against the ranking only with a reason."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from lms.accounts.models import User
from lms.cohorts.choices import ApplicationStatus
from lms.cohorts.models import Application, Cohort, WaitingPlace
from lms.cohorts.services.admission import admit_all, decline
from lms.cohorts.services.rubrics import held_selection
from lms.cohorts.services.selection_letters import send_waitlisted_letter
from lms.cohorts.summary.decisions import against_ranking, in_order
from lms.cohorts.summary.rankings import places_in_force
from lms.cohorts.summary.seats import seats_by_pool, seats_for
from lms.cohorts.summary.waiting import waiting_line
from lms.core.errors import DomainError

DECLINABLE = (ApplicationStatus.SUBMITTED, ApplicationStatus.WAITLISTED, ApplicationStatus.LAPSED)


@dataclass(frozen=True, slots=True)
class Decided:
    admitted: int
    waitlisted: int
    declined: int


def decide(
    *,
    cohort: Cohort,
    outcomes: Mapping[int, str],
    by: User | None,
    reason: str = "",
    against: str = "",
    at: datetime | None = None,
) -> Decided:
    """Admit, put on the waiting list and decline these applications (pk → `ApplicationStatus`), or nothing.

    The same again changes nothing.
    `reason` goes into the letters of those declined; `against` says why the ranking in force is not followed, and
    stands in the audit log. Refused with `nothing_chosen`, `application_decided` (names the person; also where
    somebody was faster), `reason_needed`, `seats_short`, and `seats_free`: the waiting list begins when the seats
    that a person could have are taken.
    """
    at = at or timezone.now()
    with transaction.atomic():
        cohort = held_selection(cohort).cohort
        rows = _rows(cohort, outcomes)
        if all(row.status == outcomes[row.pk] for row in rows):
            # A second click: what was asked for has been done.
            return _counted(outcomes)
        _refuse_decided(rows, outcomes)
        places = places_in_force(cohort)
        departures = against_ranking(outcomes, places)
        if departures and not against.strip():
            raise DomainError(
                _("This is not what the ranking says: write why, it stays in the log."),
                "reason_needed",
            )
        chosen = {
            status: [row for row in in_order(rows, places) if outcomes[row.pk] == status]
            for status in (
                ApplicationStatus.ADMITTED,
                ApplicationStatus.WAITLISTED,
                ApplicationStatus.DECLINED,
            )
        }
        admit_all(applications=chosen[ApplicationStatus.ADMITTED], by=by, at=at)
        _wait_all(cohort, chosen[ApplicationStatus.WAITLISTED], places, by, at)
        for row in chosen[ApplicationStatus.DECLINED]:
            decline(application=row, by=by, reason=reason, at=at)
        data = {
            "outcomes": {str(pk): outcomes[pk] for pk in sorted(outcomes)},
            "against_ranking": sorted(departures),
            "why": against.strip(),
        }
        log(cohort, "cohorts.decide", user=by, data=data)
    return _counted(outcomes)


def _counted(outcomes: Mapping[int, str]) -> Decided:
    given = list(outcomes.values())
    return Decided(
        given.count(ApplicationStatus.ADMITTED),
        given.count(ApplicationStatus.WAITLISTED),
        given.count(ApplicationStatus.DECLINED),
    )


def _rows(cohort: Cohort, outcomes: Mapping[int, str]) -> list[Application]:
    """The rows as they stand, held; every one of them belongs to the cohort."""
    rows = list(
        cohort.applications.select_for_update(of=("self",))
        .select_related("user", "cohort", "pool")
        .filter(pk__in=list(outcomes))
        .order_by("pk")
    )
    if not rows or len(rows) != len(outcomes):
        raise DomainError(_("Choose at least one application."), "nothing_chosen")
    return rows


def _refuse_decided(rows: list[Application], outcomes: Mapping[int, str]) -> None:
    for row in rows:
        may = DECLINABLE if outcomes[row.pk] == ApplicationStatus.DECLINED else DECLINABLE[:1]
        if row.status not in may:
            raise DomainError(
                _("The application of %(person)s is decided already: nothing has changed.")
                % {"person": row.user},
                "application_decided",
            )


def _wait_all(
    cohort: Cohort,
    rows: list[Application],
    places: Mapping[int, Mapping[str, Any]],
    by: User | None,
    at: datetime,
) -> None:
    """Put people in line, then tell each their place: it is known only when all are in."""
    seats = seats_by_pool(cohort)
    for row in rows:
        if seats.free and seats_for(row, seats).free:
            raise DomainError(
                _("A seat is still free for %(person)s: the waiting list begins when the seats are taken.")
                % {"person": row.user},
                "seats_free",
            )  # fmt: skip
        row.status, row.decided_at, row.decided_by = ApplicationStatus.WAITLISTED, at, by
        row.save(update_fields=["status", "decided_at", "decided_by", "updated_at"])
        place = places.get(row.pk)
        WaitingPlace.objects.update_or_create(
            application=row, defaults={"rank": place["place"] if place else None, "since": at}
        )
        log(row, "cohorts.waitlist", user=by)
    if rows:
        mine = {row.pk for row in rows}
        for number, application in enumerate(waiting_line(cohort), start=1):
            if application.pk in mine:
                send_waitlisted_letter(application, number)
