"""The order of applications and who gets a seat: pure, in whole numbers, the same on every machine.

1. A reading's total is the sum of points × weight. The score is the mean of the totals of all readings, kept as an
   exact fraction.
2. Who has the same score: the higher mean on the rubric's first criterion comes first, then who applied
   earlier, then the lot, `sha256("<seed>:<application>")`, the lower first.
3. Seats go down that order. Who asked for a pool's seats takes one of them while there are any, else one of the
   open ones; who asked for none takes an open one. So a pool's applicants compete for its seats first.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

RULE = 1  # of the three sentences above; a ranking keeps the number of the rule that made it
OPEN = "open"


@dataclass(frozen=True, slots=True)
class Candidate:
    """`submitted` in microseconds since 1970; `pool` the pool asked for, None for the open seats.

    `readings`: for each reading its points, in the order of the rubric; at least one reading.
    """

    application: int
    submitted: int
    readings: tuple[tuple[int, ...], ...]
    pool: int | None = None


@dataclass(frozen=True, slots=True)
class Placed:
    """`place` counts from 1. `score` and `first` are means over the readings; `seat` is `OPEN`, a pool's key or ""."""

    application: int
    place: int
    score: Fraction
    first: Fraction
    lot: str
    seat: str


def total(points: Sequence[int], weights: Sequence[int]) -> int:
    """Points × weights, summed. Refuses readings of another rubric (ValueError)."""
    return sum(point * weight for point, weight in zip(points, weights, strict=True))


def lot(seed: int, application: int) -> str:
    """64 hexadecimal digits that nobody could choose, and everybody can compute again."""
    return hashlib.sha256(f"{seed}:{application}".encode()).hexdigest()


def rank(
    candidates: Iterable[Candidate], *, weights: Sequence[int], seats: Mapping[str, int], seed: int
) -> list[Placed]:
    """Everybody in order. `seats`: free seats by pool's number as text, and under `OPEN` those open to all."""
    rows = sorted((_measured(row, weights, seed) for row in candidates), key=lambda row: row[0])
    left = dict(seats)
    placed = []
    for place, (_key, row, score, first, drawn) in enumerate(rows, start=1):
        placed.append(Placed(row.application, place, score, first, drawn, _take(row, left)))
    return placed


def far_apart(one: int, other: int, *, highest: int, over: int) -> bool:
    """Whether two totals differ by more than `over` per cent of the highest possible total."""
    return abs(one - other) * 100 > over * highest


def _measured(
    row: Candidate, weights: Sequence[int], seed: int
) -> tuple[tuple, Candidate, Fraction, Fraction, str]:
    number = len(row.readings)
    score = Fraction(sum(total(points, weights) for points in row.readings), number)
    first = Fraction(sum(points[0] for points in row.readings), number)
    drawn = lot(seed, row.application)
    return (-score, -first, row.submitted, drawn), row, score, first, drawn


def _take(row: Candidate, left: dict[str, int]) -> str:
    wanted = [OPEN] if row.pool is None else [str(row.pool), OPEN]
    for seat in wanted:
        if left.get(seat, 0) > 0:
            left[seat] -= 1
            return seat
    return ""
