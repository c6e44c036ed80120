"""For whom a cohort's seats are kept."""

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from lms.accounts.models import User
from lms.cohorts.choices import PoolKind
from lms.cohorts.models import Cohort, SeatPool
from lms.cohorts.services.waiting import hold_cohort, offer_free_seats
from lms.cohorts.summary.seats import seats_by_pool
from lms.core.errors import DomainError


def set_seats(*, cohort: Cohort, seats: int, pools: Mapping[str, int], by: User | None) -> Cohort:
    """Say how many seats there are, and how many are kept for whom (`PoolKind` → number, absent is 0).

    All or nothing; the same again changes nothing. Refused with `pools_exceed_seats`, and with `seats_taken`
    where a pool, or the seats that are open to all, would hold fewer than the people who have one, or are offered one.
    """
    wanted: dict[str, int] = {PoolKind(kind): number for kind, number in pools.items()}
    with transaction.atomic():
        cohort = hold_cohort(cohort.pk)
        refuse_seats(cohort, seats, wanted)
        before = {row.kind: row.seats for row in cohort.pools.all()}
        after = {
            kind: wanted.get(kind, 0) for kind in PoolKind if kind in before or wanted.get(kind)
        }
        if (cohort.seats, before) == (seats, after):
            return cohort
        cohort.seats = seats
        cohort.save(update_fields=["seats", "updated_at"])
        for kind, number in after.items():
            SeatPool.objects.update_or_create(cohort=cohort, kind=kind, defaults={"seats": number})
        pools_now = {kind.value: number for kind, number in after.items()}
        log(cohort, "cohorts.set_seats", user=by, data={"seats": seats, "pools": pools_now})
        offer_free_seats(cohort, at=timezone.now())
    return cohort


def refuse_seats(cohort: Cohort, seats: int, pools: Mapping[str, int]) -> None:
    """Raise the reason why the cohort cannot have these seats, if there is one; 2 queries."""
    kept = sum(pools.values())
    if kept > seats:
        raise DomainError(
            _("The pools keep %(kept)s seats, and the cohort has %(seats)s.")
            % {"kept": kept, "seats": seats},
            "pools_exceed_seats",
        )
    for row in seats_by_pool(cohort).all if cohort.pk else ():
        now = pools.get(row.kind, 0) if row.pool else seats - kept
        if row.taken + row.held > now:
            raise DomainError(
                _("%(pool)s: %(now)s seats would not be enough, %(taken)s are taken.")
                % {"pool": row.label, "now": now, "taken": row.taken + row.held},
                "seats_taken",
            )
