"""What a ranking is made of, read from the rows; what stands in it; and whether it still can be made again."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from wagtail.models import ModelLogEntry

from lms.cohorts.choices import ApplicationStatus
from lms.cohorts.models import Application, Cohort, Ranking, Reading
from lms.cohorts.models.syllabus import canonical
from lms.cohorts.summary.ranking import OPEN, RULE, Candidate, Placed, rank
from lms.cohorts.summary.seats import seats_by_pool
from lms.cohorts.summary.selection import ReadingState, points_of, reading_states

ACTION = "cohorts.make_ranking"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def microseconds(moment: datetime | None) -> int:
    """Since 1970, exactly; 0 for none."""
    if moment is None:
        return 0
    passed = moment - EPOCH
    return (passed.days * 86400 + passed.seconds) * 1_000_000 + passed.microseconds


def ranking_inputs(cohort: Cohort, *, seed: int) -> dict[str, Any]:
    """Everything that a ranking made now is computed from: identifiers and integers, no names.

    The applications that wait for a decision, those whose readings are not all in apart (`left_out`); the seats
    that are free now.
    """
    criteria = list(cohort.criteria.all())
    states = sorted(reading_states(cohort), key=lambda state: state.application.pk)
    seats = seats_by_pool(cohort)
    return {
        "rule": RULE,
        "cohort": cohort.code,
        "seed": seed,
        "criteria": [{"criterion": row.pk, "weight": row.weight} for row in criteria],
        "seats": {(str(row.pool.pk) if row.pool else OPEN): row.free for row in seats.all},
        "applications": [
            {
                "application": state.application.pk,
                "pool": state.application.pool_id,
                "submitted": microseconds(state.application.submitted_at),
                "readings": [
                    {"reading": row.pk, "points": list(points_of(row, criteria))}
                    for row in state.readings
                    if row.submitted_at
                ],
            }
            for state in states
            if state.complete
        ],
        "left_out": [state.application.pk for state in states if not state.complete],
    }


def outcome_of(inputs: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The order that follows from `ranking_inputs`, as plain JSON; fractions as [numerator, denominator]."""
    placed = rank(
        (
            Candidate(
                application=row["application"],
                submitted=row["submitted"],
                readings=tuple(tuple(reading["points"]) for reading in row["readings"]),
                pool=row["pool"],
            )
            for row in inputs["applications"]
        ),
        weights=[row["weight"] for row in inputs["criteria"]],
        seats=inputs["seats"],
        seed=inputs["seed"],
    )
    return [_plain(row) for row in placed]


def ranking_data(inputs: Mapping[str, Any]) -> dict[str, Any]:
    return {"inputs": dict(inputs), "outcome": outcome_of(inputs)}


def digest(data: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical JSON."""
    return hashlib.sha256(canonical(data)).hexdigest()


def ranking_in_force(cohort: Cohort) -> Ranking | None:
    return cohort.rankings.order_by("-number").first()


def places_in_force(cohort: Cohort) -> dict[int, dict[str, Any]]:
    """By application what the ranking in force says: place, score, lot, seat. One query."""
    ranking = ranking_in_force(cohort)
    return {row["application"]: row for row in ranking.data["outcome"]} if ranking else {}


def unread(cohort: Cohort) -> list[ReadingState]:
    """Applications waiting for a decision whose readings are not all in."""
    return [state for state in reading_states(cohort) if not state.complete]


# --- Can it be made again? -------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class RankingFault:
    """The first thing that does not hold, in the ranking of this number."""

    number: int
    text: str

    def __str__(self) -> str:
        return self.text


def check_rankings(cohort: Cohort) -> RankingFault | None:
    """Compute every ranking again, from the audit log and from the rows; None when all of it agrees.

    From the log: its inputs give its hash, and exactly what the ranking holds. From the rows: the rubric's
    weights, the moments of submission and the points are what the log says. The seats that were free and the
    status of applications may lawfully have changed since: for them the log answers alone.
    """
    entries = {entry.data["number"]: entry.data for entry in _entries(cohort)}
    rankings = {row.number: row for row in cohort.rankings.all()}
    for number in sorted({*entries, *rankings, *range(1, max([0, *rankings, *entries]) + 1)}):
        text = _fault(cohort, number, entries.get(number), rankings.get(number))
        if text:
            return RankingFault(number, text)
    return None


def _fault(
    cohort: Cohort, number: int, entry: Mapping[str, Any] | None, ranking: Ranking | None
) -> str:
    if ranking is None:
        return _("the ranking is missing, and the log has it")
    if entry is None:
        return _("the log does not know of it")
    again = ranking_data(entry["inputs"])
    if digest(again) != entry["sha256"]:
        return _("the log’s inputs do not give the hash that stands beside them")
    return (
        first_difference(again, ranking.data)
        or _differs("sha256", entry["sha256"], ranking.sha256)
        or _differs("seed", entry["inputs"]["seed"], ranking.seed)
        or _rows_differ(cohort, entry["inputs"])
    )


def first_difference(expected: Any, found: Any, where: str = "") -> str:
    """In words the first place at which two JSON values differ, depth first; "" when they are equal."""
    if isinstance(expected, Mapping) and isinstance(found, Mapping):
        for key in sorted({*expected, *found}):
            path = f"{where}.{key}" if where else str(key)
            text = first_difference(expected.get(key), found.get(key), path)
            if text:
                return text
        return ""
    if isinstance(expected, list) and isinstance(found, list):
        for position in range(max(len(expected), len(found))):
            one, other = (
                row[position] if position < len(row) else None for row in (expected, found)
            )
            text = first_difference(one, other, f"{where}[{position}]")
            if text:
                return text
        return ""
    return _differs(where, expected, found)


def _differs(where: str, expected: Any, found: Any) -> str:
    if expected == found and isinstance(expected, bool) == isinstance(found, bool):
        return ""
    return _("%(where)s is %(found)s, and should be %(expected)s") % {
        "where": where,
        "found": found,
        "expected": expected,
    }


def _rows_differ(cohort: Cohort, inputs: Mapping[str, Any]) -> str:
    """Where the rows of today say something else than the inputs: rubric, submission, pool, points."""
    criteria = list(cohort.criteria.all())
    now = [{"criterion": row.pk, "weight": row.weight} for row in criteria]
    text = first_difference(inputs["criteria"], now, "criteria")
    pks = [row["application"] for row in inputs["applications"]]
    applications = Application.objects.in_bulk(pks)
    readings = {
        row.pk: row
        for row in Reading.objects.submitted()
        .filter(application__in=pks)
        .prefetch_related("scores")
    }
    for row in inputs["applications"]:
        if text:
            break
        application = applications.get(row["application"])
        found = application and {
            "application": application.pk,
            "pool": application.pool_id,
            "submitted": microseconds(application.submitted_at),
            "readings": [
                {"reading": pk, "points": list(points_of(reading, criteria))}
                for pk, reading in sorted(readings.items(), key=lambda pair: pair[1].place)
                if reading.application_id == application.pk
            ],
        }
        text = first_difference(row, found, f"application {row['application']}")
    return text


def _entries(cohort: Cohort) -> QuerySet[ModelLogEntry]:
    return ModelLogEntry.objects.for_instance(cohort).filter(action=ACTION).order_by("pk")


def _plain(row: Placed) -> dict[str, Any]:
    return {
        "application": row.application,
        "place": row.place,
        "score": [row.score.numerator, row.score.denominator],
        "first": [row.first.numerator, row.first.denominator],
        "lot": row.lot,
        "seat": row.seat,
    }


# --- For people ------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class RankedRow:
    """One line of a ranking as administrators read it."""

    place: int
    application: Application | None
    score: str
    first: str
    readings: tuple[int, ...]
    seat: str  # a pool's label, "Open to all", or ""
    undecided: bool


def in_hundredths(pair: list[int]) -> str:
    """A fraction as people read it, two decimals, cut: [53, 3] -> "17.66". The order never comes from here."""
    cents = pair[0] * 100 // pair[1]
    return f"{cents // 100}.{cents % 100:02d}" if pair[1] != 1 else str(pair[0])


def ranked_rows(ranking: Ranking) -> list[RankedRow]:
    """The lines of a ranking with the people as they are now; 4 queries."""
    data = ranking.data
    labels = {OPEN: seats_by_pool(ranking.cohort).open.label}
    labels |= {str(pool.pk): pool.get_kind_display() for pool in ranking.cohort.pools.all()}
    people = Application.objects.select_related("user", "pool").in_bulk(
        [row["application"] for row in data["outcome"]]
    )
    weights = [row["weight"] for row in data["inputs"]["criteria"]]
    totals = {
        row["application"]: tuple(
            sum(point * weight for point, weight in zip(reading["points"], weights, strict=True))
            for reading in row["readings"]
        )
        for row in data["inputs"]["applications"]
    }
    return [
        RankedRow(
            place=row["place"],
            application=people.get(row["application"]),
            score=in_hundredths(row["score"]),
            first=in_hundredths(row["first"]),
            readings=totals[row["application"]],
            seat=labels.get(row["seat"], row["seat"]),
            undecided=row["application"] in people
            and people[row["application"]].status == ApplicationStatus.SUBMITTED,
        )
        for row in data["outcome"]
    ]
