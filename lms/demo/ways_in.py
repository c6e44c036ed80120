"""The demo's other ways into a cohort: an organisation's seats half used, two keys; and who paid what."""

from datetime import date, timedelta
from random import Random
from uuid import UUID

from lms.accounts.models import User
from lms.cohorts import services
from lms.cohorts.choices import PaymentMethod
from lms.cohorts.models import BursaryBand, Cohort, Enrolment
from lms.demo.clock import moment
from lms.demo.people import DOMAIN, People

FEE = 48_000
SEATS = 4


def open_ways_in(cohort: Cohort, people: People, today: date) -> None:
    """Four seats for a company: two accepted, one not answered, one to give; a key in use and one revoked."""
    by, company = people.administrator, people.organisations[3]
    now = moment(today - timedelta(days=4), 10)
    grant = services.give_seats(
        cohort=cohort,
        organisation=company,
        seats=SEATS,
        last_day=today + timedelta(days=20),
        contact_email=people.manager.email,
        by=by,
        at=now,
    )
    invited = [people.learners[44], people.learners[46]]
    emails = [*[user.email for user in invited], f"nuova.collega@{DOMAIN}"]
    rows = services.invite_to_seats(grant=grant, emails=emails, by=people.manager, at=now)
    for row, user in zip(rows, invited, strict=False):
        services.accept_seat(invitation=row, user=user, at=now + timedelta(days=1))
    key, _token = services.make_key(
        cohort=cohort,
        name="Laboratorio dell’Ateneo dei Navigli",
        uses=10,
        first_day=today - timedelta(days=10),
        last_day=today + timedelta(days=30),
        organisation=people.organisations[4],
        by=by,
    )
    services.use_key(key=key, user=people.learners[37], at=now + timedelta(days=2))
    old, _token = services.make_key(
        cohort=cohort,
        name="Serata aperta di presentazione",
        uses=5,
        first_day=today - timedelta(days=30),
        last_day=today + timedelta(days=5),
        by=by,
    )
    services.revoke_key(key=old, by=by)


def keep_books(
    cohort: Cohort, enrolments: list[Enrolment], by: User, today: date, random: Random
) -> None:
    """A fee with two bands; most have paid, some in part, one row of payment is put right."""
    services.set_cohort_fee(cohort=cohort, cents=FEE, by=by)
    half = services.add_band(cohort=cohort, name="Studenti e studentesse", percent=50, by=by)
    whole = services.add_band(cohort=cohort, name="Borsa piena", percent=100, by=by)
    bands: list[BursaryBand | None] = [None, half, None, whole, None, None]
    for number, enrolment in enumerate(enrolments[:-1]):
        band = bands[number % len(bands)]
        set_at = moment(cohort.starts_on - timedelta(days=10), 11)
        fee = services.set_amount_due(enrolment=enrolment, band=band, by=by, at=set_at)
        shares = [] if number % 7 == 5 else [fee.cents // 2, fee.cents - fee.cents // 2]
        for part, cents in enumerate(shares[: 1 if number % 5 == 0 else 2]):
            if cents:
                day = min(cohort.starts_on + timedelta(days=20 * part - 5), today)
                _pay(enrolment, cents, day, by, random)
    slip = enrolments[2].payments.first()
    if slip:
        services.correct_payment(
            payment=slip,
            cents=slip.cents - 1_000,
            reason="Dieci euro erano per il libro",
            token=_token(random),
            by=by,
            at=moment(min(slip.received_on + timedelta(days=2), today), 9),
        )


def _pay(enrolment: Enrolment, cents: int, day: date, by: User, random: Random) -> None:
    services.record_payment(
        enrolment=enrolment,
        cents=cents,
        received_on=day,
        method=random.choice([PaymentMethod.TRANSFER, PaymentMethod.CARD]),
        reference=f"CRO {random.randrange(10**10):010d}",
        token=_token(random),
        by=by,
        at=moment(day, 12),
    )


def _token(random: Random) -> UUID:
    return UUID(int=random.getrandbits(128))
