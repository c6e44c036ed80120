"""How many seats a cohort has, how many are taken, and for whom the others are kept."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count
from django.utils import timezone
from django.utils.translation import pgettext

from lms.cohorts.choices import PoolKind
from lms.cohorts.models import Application, Cohort, Offer, SeatPool


@dataclass(frozen=True, slots=True)
class PoolSeats:
    """The seats of one pool; `pool` None: those open to all. `free` is never negative.

    `held` are those promised to somebody who has not answered yet.
    """

    pool: SeatPool | None
    total: int
    taken: int
    held: int = 0

    @property
    def free(self) -> int:
        return max(self.total - self.taken - self.held, 0)

    @property
    def kind(self) -> str:
        return self.pool.kind if self.pool else ""

    @property
    def label(self) -> str:
        return str(PoolKind(self.kind).label) if self.kind else pgettext("seats", "Open to all")


@dataclass(frozen=True, slots=True)
class CohortSeats:
    """All seats of a cohort: `pools` in the order of `PoolKind`, those without seats and people left out."""

    total: int
    taken: int
    open: PoolSeats
    pools: tuple[PoolSeats, ...]

    @property
    def held(self) -> int:
        return sum(row.held for row in self.all)

    @property
    def free(self) -> int:
        return max(self.total - self.taken - self.held, 0)

    @property
    def all(self) -> tuple[PoolSeats, ...]:
        """The open seats, then each pool."""
        return (self.open, *self.pools)

    def of(self, pool: SeatPool | None) -> PoolSeats:
        """The seats of a pool of this cohort; of None the open ones."""
        if pool is None:
            return self.open
        known = (row for row in self.pools if row.pool and row.pool.pk == pool.pk)
        return next(known, PoolSeats(pool, 0, 0))


def seats_by_pool(cohort: Cohort) -> CohortSeats:
    """Seats in all, taken by active enrolments and free, for each pool and for those open to all; 4 queries.

    The open seats are what the pools leave of `cohort.seats`.
    """
    rows = {row.pk: row for row in cohort.pools.all()}
    active = cohort.enrolments.active().order_by().values_list("pool_id")
    taken = Counter(dict(active.annotate(Count("pk"))))
    held = held_seats(cohort)
    order = list(PoolKind)
    pools = [
        PoolSeats(row, row.seats, taken[row.pk], held[row.pk])
        for row in sorted(rows.values(), key=lambda row: order.index(PoolKind(row.kind)))
        if row.seats or taken[row.pk] or held[row.pk]
    ]
    kept = sum(row.seats for row in rows.values())
    return CohortSeats(
        total=cohort.seats,
        taken=taken.total(),
        open=PoolSeats(None, max(cohort.seats - kept, 0), taken[None], held[None]),
        pools=tuple(pools),
    )


def held_seats(cohort: Cohort) -> Counter[int | None]:
    """Seats that are promised and not taken, by pool (None: open to all); 2 queries.

    Those that an organisation was given and whose people have not come yet, until the last day of it; and those
    that are offered to somebody of the waiting list.
    """
    held: Counter[int | None] = Counter()
    grants = cohort.grants.in_force_on(timezone.localdate()).counted().order_by()
    for pool, seats, accepted in grants.values_list("pool_id", "seats", "accepted"):
        held[pool] += max(seats - accepted, 0)
    offers = Offer.objects.open().filter(application__cohort=cohort).order_by()
    return held + Counter(offers.values_list("pool_id", flat=True))


def seats_for(application: Application, seats: CohortSeats) -> PoolSeats:
    """From which seats an applicant gets one: those of the pool asked for, and where they are taken an open one.

    Where both are taken, those asked for. Needs `pool`.
    """
    asked = seats.of(application.pool)
    return seats.open if not asked.free and seats.open.free else asked


def seats_for_all(
    applications: Iterable[Application], seats: CohortSeats
) -> list[PoolSeats | None]:
    """The same for several, one after the other; None for those for whom no seat is left. Needs `pool`."""
    left: dict[int | None, int] = {
        (row.pool.pk if row.pool else None): row.free for row in seats.all
    }
    remaining = seats.free
    found: list[PoolSeats | None] = []
    for application in applications:
        wanted = dict.fromkeys([application.pool_id, None])
        able = [key for key in wanted if left.get(key, 0) > 0 and remaining > 0]
        if not able:
            found.append(None)
            continue
        left[able[0]] -= 1
        remaining -= 1
        found.append(seats.of(application.pool) if able[0] else seats.open)
    return found
