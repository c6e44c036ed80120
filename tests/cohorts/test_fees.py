"""Fees in whole cents: what is due is frozen, what came in is never edited."""

import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from lms.cohorts import services
from lms.cohorts.choices import PaymentState
from lms.cohorts.forms.fees import CentsField
from lms.cohorts.models import BursaryBand, EnrolmentFee, Payment
from lms.cohorts.summary import cohort_sums, fee_standing
from lms.cohorts.templatetags.cohorts import euro
from lms.core.errors import DomainError
from tests.factories import cohorts, curriculum, people

pytestmark = pytest.mark.django_db


@pytest.fixture
def by():
    return people.administrator()


@pytest.fixture
def enrolment(by):
    cohort = cohorts.cohort()
    services.set_cohort_fee(cohort=cohort, cents=49_999, by=by)
    return cohorts.learner(cohort)


def paid(enrolment, cents, by, **fields):
    fields = {
        "received_on": timezone.localdate(),
        "method": "transfer",
        "token": uuid.uuid4(),
    } | fields
    return services.record_payment(enrolment=enrolment, cents=cents, by=by, **fields)


def refused(service, **fields):
    with pytest.raises(DomainError) as refusal:
        service(**fields)
    return refusal.value.code


@pytest.mark.parametrize(
    ("text", "cents"),
    [("120", 12_000), ("120,5", 12_050), ("120.50 €", 12_050), ("1.200", 120_000),
     ("1.200,50", 120_050), ("1,200.50", 120_050), ("1 200,00", 120_000), ("0", 0)],
)  # fmt: skip
def test_amounts_are_read_as_people_write_them(text, cents):
    assert CentsField().clean(text) == cents


@pytest.mark.parametrize("text", ["", "dodici", "12,345,6", "-3", "1e3", "99999999"])
def test_what_is_no_amount_is_refused(text):
    with pytest.raises(ValidationError):
        CentsField().clean(text)


def test_amounts_are_shown_in_the_readers_way():
    assert (euro(125_000), euro(5), euro(-150), euro(None)) == (
        "1.250,00\u00a0€", "0,05\u00a0€", "-1,50\u00a0€", "",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("percent", "cents", "due"),
    [(33, None, 33_500), (100, None, 0), (None, 1, 49_998), (None, 60_000, 0)],
)
def test_bands_are_exact_to_the_cent(percent, cents, due):
    assert BursaryBand(percent=percent, cents=cents).due_of(49_999) == due


def test_what_is_due_stays_when_the_fee_changes(enrolment, by):
    band = services.add_band(cohort=enrolment.cohort, name="Metà", percent=50, by=by)
    services.set_amount_due(enrolment=enrolment, band=band, by=by)
    services.set_cohort_fee(cohort=enrolment.cohort, cents=10_000, by=by)
    services.remove_band(band=band, by=by)
    standing = fee_standing(enrolment)
    assert (standing.due, standing.band, standing.state) == (25_000, "Metà", PaymentState.UNPAID)
    assert refused(services.set_amount_due, enrolment=enrolment, by=by) == "reason_missing"
    services.set_amount_due(enrolment=enrolment, by=by, reason="Rinuncia alla borsa")
    assert fee_standing(enrolment).due == 10_000
    log = ModelLogEntry.objects.filter(action="cohorts.set_amount_due").order_by("pk").last()
    assert log.data["before"] == {"cents": 25_000, "band": "Metà"}
    assert log.data["reason"] == "Rinuncia alla borsa"


def test_refusals_of_amounts(enrolment, by):
    other = cohorts.cohort("MC-ALTRO-2026-1", course=curriculum.course("MC-ALTRO"))
    foreign = services.add_band(cohort=other, name="Metà", percent=50, by=by)
    assert (
        refused(services.set_amount_due, enrolment=enrolment, band=foreign, by=by) == "foreign_band"
    )
    assert refused(services.set_amount_due, enrolment=enrolment, cents=5, by=by) == "reason_missing"
    assert refused(services.set_amount_due, enrolment=cohorts.learner(other), by=by) == "no_fee"
    assert refused(services.add_band, cohort=other, name="Metà", cents=1, by=by) == "band_known"
    assert refused(services.add_band, cohort=other, name="X", by=by) == "band_unclear"


def test_payments_and_their_corrections_add_up(enrolment, by):
    services.set_amount_due(enrolment=enrolment, by=by)
    first = paid(enrolment, 20_000, by)
    paid(enrolment, 29_999, by)
    assert (fee_standing(enrolment).balance, fee_standing(enrolment).state) == (0, "paid")
    fix = services.correct_payment(
        payment=first, cents=2_000, reason="Uno zero di troppo", token=uuid.uuid4(), by=by
    )
    assert (fix.cents, fee_standing(enrolment).paid) == (-18_000, 31_999)
    assert fee_standing(enrolment).state == PaymentState.PARTLY
    services.correct_payment(
        payment=first, cents=0, reason="Mai arrivato", token=uuid.uuid4(), by=by
    )
    assert fee_standing(enrolment).paid == 29_999
    first.refresh_from_db()
    assert first.cents == 20_000
    assert [row.corrects_id for row in fee_standing(enrolment).payments].count(first.pk) == 2
    sums = cohort_sums(enrolment.cohort)
    assert (sums.due, sums.paid, sums.balance, sums.unset) == (49_999, 29_999, 20_000, 0)


def test_a_payment_is_never_edited(enrolment, by):
    row = paid(enrolment, 100, by)
    row.cents = 200
    with pytest.raises(TypeError):
        row.save()


def test_refusals_of_payments(enrolment, by):
    tomorrow = timezone.localdate() + timedelta(days=1)
    with pytest.raises(DomainError):
        paid(enrolment, 0, by)
    with pytest.raises(DomainError):
        paid(enrolment, 100, by, received_on=tomorrow)
    row = paid(enrolment, 100, by)
    token = uuid.uuid4()
    wrong = {"payment": row, "token": token, "by": by}
    assert refused(services.correct_payment, cents=100, reason="x", **wrong) == "same_amount"
    assert refused(services.correct_payment, cents=1, reason=" ", **wrong) == "reason_missing"
    fix = services.correct_payment(cents=1, reason="x", **wrong)
    assert services.correct_payment(cents=1, reason="x", **wrong) == fix
    wrong["payment"] = fix
    assert refused(services.correct_payment, cents=1, reason="x", **wrong) == "is_correction"


def test_the_same_form_twice_is_one_payment(enrolment, by):
    token = uuid.uuid4()
    assert paid(enrolment, 100, by, token=token) == paid(enrolment, 100, by, token=token)
    assert Payment.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_same_form_at_once_is_one_payment(run_together):
    by, cohort = people.administrator(), cohorts.cohort()
    enrolment, token = cohorts.learner(cohort), uuid.uuid4()
    results = run_together([lambda: paid(enrolment, 100, by, token=token)] * 2)
    assert ([type(row) for row in results], Payment.objects.count()) == ([Payment, Payment], 1)


def test_amounts_are_set_for_whoever_has_none(enrolment, by):
    cohort = enrolment.cohort
    services.set_seats(cohort=cohort, seats=20, pools={"students": 2}, by=by)
    student = services.enrol(cohort=cohort, user=people.person(), pool=cohort.pools.get(), by=by)
    band = services.add_band(cohort=cohort, name="Studenti", cents=9_999, by=by)
    number = services.set_missing_amounts(cohort=cohort, band=band, pool=cohort.pools.get(), by=by)
    assert (number, fee_standing(student).due) == (1, 40_000)
    assert services.set_missing_amounts(cohort=cohort, by=by) == 1
    assert services.set_missing_amounts(cohort=cohort, by=by) == 0
    assert EnrolmentFee.objects.get(enrolment=enrolment).cents == 49_999


def test_administrators_keep_the_books(client, enrolment, by):
    client.force_login(by)
    cohort = enrolment.cohort
    act = lambda action, **data: client.post(  # noqa: E731
        reverse("cohorts_admin:act", args=[cohort.pk, action]), data
    )
    act("quota", cents="500,00")
    act("fascia", name="Metà", percent="50")
    assert client.get(reverse("cohorts_admin:fees", args=[cohort.pk])).status_code == 200
    act("quote-mancanti", band=cohort.bands.get().pk)
    address = reverse("cohorts_admin:enrolment_fee", args=[cohort.pk, enrolment.pk])
    data = {"do": "payment", "cents": "100", "received_on": timezone.localdate().isoformat(),
            "method": "card", "reference": "=1+1", "token": uuid.uuid4()}  # fmt: skip
    assert client.post(address, data).status_code == 302
    payment = enrolment.payments.get()
    data = {
        "do": "correction",
        "payment": payment.pk,
        "cents": "90",
        "reason": "",
        "token": uuid.uuid4(),
    }
    assert client.post(address, data).status_code == 422
    assert client.post(address, data | {"reason": "Commissioni"}).status_code == 302
    standing = fee_standing(enrolment)
    assert (standing.due, standing.paid) == (25_000, 9_000)
    assert "90,00" in client.get(address).content.decode()


def test_learners_see_their_own_fee_alone(client, enrolment, by):
    services.set_amount_due(enrolment=enrolment, by=by)
    paid(enrolment, 12_345, by, reference="CRO 42")
    address = reverse("cohorts:fee", args=[enrolment.cohort.code])
    client.force_login(enrolment.user)
    shown = client.get(address).content.decode()
    assert all(text in shown for text in ("499,99", "123,45", "376,54", "CRO 42"))
    client.force_login(people.person())
    assert client.get(address).status_code == 404
