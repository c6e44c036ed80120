"""What a set of decisions means before it is carried out: who gets which letter, and where it leaves the ranking."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from lms.cohorts.choices import ApplicationStatus
from lms.cohorts.models import Application, Cohort
from lms.cohorts.summary.rankings import places_in_force

Places = Mapping[int, Mapping[str, Any]]
LAST = 10**9


def in_order(rows: Iterable[Application], places: Places) -> list[Application]:
    """By the place in the ranking; who has none comes after, by submission."""
    return sorted(
        rows,
        key=lambda row: (
            places[row.pk]["place"] if row.pk in places else LAST,
            row.submitted_at,
            row.pk,
        ),
    )


def against_ranking(outcomes: Mapping[int, str], places: Places) -> set[int]:
    """The applications whose outcome is not what the ranking in force says; without a ranking none.

    It says: who has a seat in it is admitted, nobody else is; and nobody is declined while somebody below
    is put on the waiting list. An application that is not in it can be declined or put in line, not admitted.
    """
    if not places:
        return set()
    found = set()
    waiting = [
        places[pk]["place"]
        for pk, status in outcomes.items()
        if status == ApplicationStatus.WAITLISTED and pk in places
    ]
    lowest = max(waiting, default=0)
    for pk, status in outcomes.items():
        place = places.get(pk)
        seat = bool(place and place["seat"])
        if seat != (status == ApplicationStatus.ADMITTED):
            found.add(pk)
        if status == ApplicationStatus.DECLINED and place and place["place"] < lowest:
            found.add(pk)
    return found


def proposed(cohort: Cohort, *, waiting: int | None = None) -> dict[int, str]:
    """What the ranking in force proposes for those still undecided: who has a seat is admitted, the next
    `waiting` (None: all) go on the waiting list, the others are declined."""
    places = sorted(places_in_force(cohort).values(), key=lambda row: row["place"])
    open_now = set(
        cohort.applications.filter(status=ApplicationStatus.SUBMITTED).values_list("pk", flat=True)
    )
    outcomes: dict[int, str] = {}
    in_line = 0
    for row in places:
        pk = row["application"]
        if pk not in open_now:
            continue
        if row["seat"]:
            outcomes[pk] = ApplicationStatus.ADMITTED
        elif waiting is None or in_line < waiting:
            outcomes[pk] = ApplicationStatus.WAITLISTED
            in_line += 1
        else:
            outcomes[pk] = ApplicationStatus.DECLINED
    return outcomes


@dataclass(frozen=True, slots=True)
class Letter:
    """One line of the preview: the person, the outcome, the language of the letter, the place in the ranking."""

    application: Application
    outcome: str
    place: int | None
    against: bool

    @property
    def outcome_label(self) -> str:
        return str(ApplicationStatus(self.outcome).label)


def letters_of(cohort: Cohort, outcomes: Mapping[int, str]) -> list[Letter]:
    """The preview of decisions, in the order in which they are carried out; 2 queries."""
    places = places_in_force(cohort)
    departures = against_ranking(outcomes, places)
    rows = cohort.applications.filter(pk__in=list(outcomes)).select_related("user", "pool")
    return [
        Letter(
            row,
            outcomes[row.pk],
            places[row.pk]["place"] if row.pk in places else None,
            row.pk in departures,
        )
        for row in in_order(rows, places)
    ]
