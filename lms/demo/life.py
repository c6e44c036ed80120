"""What makes the life of cohorts visible: seats kept, days on which the house is closed, a state set by hand."""

from datetime import date, timedelta

from lms.accounts.models import User
from lms.cohorts import services
from lms.cohorts.choices import Phase, PoolKind
from lms.cohorts.models import Closure, Cohort
from lms.demo.clock import moment

KEPT = {PoolKind.STUDENTS: 4, PoolKind.PUBLIC_BODIES: 3, PoolKind.BURSARIES: 2}
REASON = "Due persone hanno lasciato il corso: riapriamo per una settimana."


def create_closures(today: date) -> list[Closure]:
    """The two weeks round Christmas and those in the middle of August that are the next to come."""
    return [
        Closure.objects.create(first_day=first, last_day=last, reason=reason)
        for first, last, reason in (
            (date(today.year, 12, 24), date(today.year + 1, 1, 6), "Chiusura di fine anno"),
            (date(today.year + 1, 8, 9), date(today.year + 1, 8, 22), "Chiusura estiva"),
        )
    ]


def keep_seats(cohort: Cohort, by: User) -> None:
    services.set_seats(cohort=cohort, seats=cohort.seats, pools=KEPT, by=by)


def open_again(cohort: Cohort, today: date, by: User) -> None:
    """Applications to a cohort that is running, by hand, for a week."""
    services.override_phase(
        cohort=cohort,
        phase=Phase.APPLICATIONS,
        reason=REASON,
        until=today + timedelta(days=7),
        by=by,
        at=moment(today, 0),
    )
