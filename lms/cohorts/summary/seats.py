"""How many seats a cohort has, how many are taken, and for whom the others are kept."""

from collections import Counter
from dataclasses import dataclass

from django.utils.translation import pgettext

from lms.cohorts.choices import PoolKind
from lms.cohorts.models import Cohort, SeatPool


@dataclass(frozen=True, slots=True)
class PoolSeats:
    """The seats of one pool; `pool` None: those open to all. `free` is never negative."""

    pool: SeatPool | None
    total: int
    taken: int

    @property
    def free(self) -> int:
        return max(self.total - self.taken, 0)

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
    def free(self) -> int:
        return max(self.total - self.taken, 0)

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
    """Seats in all, taken by active enrolments and free, for each pool and for those open to all; 2 queries.

    The open seats are what the pools leave of `cohort.seats`.
    """
    rows = {row.pk: row for row in cohort.pools.all()}
    taken = Counter(cohort.enrolments.active().values_list("pool_id", flat=True))
    order = list(PoolKind)
    pools = [
        PoolSeats(row, row.seats, taken[row.pk])
        for row in sorted(rows.values(), key=lambda row: order.index(PoolKind(row.kind)))
        if row.seats or taken[row.pk]
    ]
    kept = sum(row.seats for row in rows.values())
    return CohortSeats(
        total=cohort.seats,
        taken=taken.total(),
        open=PoolSeats(None, max(cohort.seats - kept, 0), taken[None]),
        pools=tuple(pools),
    )
