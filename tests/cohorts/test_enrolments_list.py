"""The administrator's list of enrolments: sifted, page by page, as a file."""

import csv
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from lms.cohorts import services
from lms.cohorts.summary import EnrolmentFilter, enrolments_page
from lms.cohorts.summary import enrolments as listing
from tests.factories import accounts, cohorts, people

pytestmark = pytest.mark.django_db


@pytest.fixture
def by():
    return people.administrator()


@pytest.fixture
def cohort(by):
    """Ada of an organisation has paid in part, 李娜 (a student) owes nothing, O’Neill has left, Zoe has no amount."""
    cohort = cohorts.cohort()
    services.set_seats(cohort=cohort, seats=20, pools={"students": 3}, by=by)
    services.set_cohort_fee(cohort=cohort, cents=10_000, by=by)
    rows = [
        ("Ada", "D'Amico-Šćepanović", {"organisation": people.organisation()}),
        ("娜", "李", {"pool": cohort.pools.get()}),
        ("Liam", "O’Neill", {}),
        ("Zoe", "Zeta", {}),
    ]
    made = []
    for number, (first, last, fields) in enumerate(rows):
        user = people.person(first_name=first, last_name=last, email=f"p{number}@esempio.it")
        made.append(cohorts.learner(cohort, user, **fields))
    free = services.add_band(cohort=cohort, name="Borsa piena", percent=100, by=by)
    services.set_amount_due(enrolment=made[0], by=by)
    services.set_amount_due(enrolment=made[1], band=free, by=by)
    services.set_amount_due(enrolment=made[2], by=by)
    services.record_payment(
        enrolment=made[0], cents=4_050, received_on=timezone.localdate(), method="card",
        token=uuid.uuid4(), by=by,
    )  # fmt: skip
    services.withdraw(enrolment=made[2], on=timezone.localdate(), reason="", by=by)
    return cohort


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["Ada", "Liam", "Zoe", "娜"]),
        ({"q": "šćep"}, ["Ada"]),
        ({"q": "李 娜"}, ["娜"]),
        ({"q": "p2@esempio"}, ["Liam"]),
        ({"q": "2026-1-004"}, ["Zoe"]),
        ({"q": "nessuno"}, []),
        ({"stato": "withdrawn"}, ["Liam"]),
        ({"ente": "none"}, ["Liam", "Zoe", "娜"]),
        ({"posti": "students"}, ["娜"]),
        ({"posti": "open", "stato": "active"}, ["Ada", "Zoe"]),
        ({"quota": "partly"}, ["Ada"]),
        ({"quota": "free"}, ["娜"]),
        ({"quota": "unpaid"}, ["Liam"]),
        ({"quota": "unset"}, ["Zoe"]),
        ({"quota": "paid"}, []),
        ({"stato": "qualunque", "ente": "'--", "page": "x"}, ["Ada", "Liam", "Zoe", "娜"]),
    ],
)
def test_the_list_is_sifted(cohort, query, found):
    page = enrolments_page(cohort, EnrolmentFilter.read(query), query.get("page", 1)).page
    names = [row.user.first_name for row in page.object_list]
    assert sorted(names) == sorted(found)


def test_by_organisation(cohort):
    ente = people.organisation()
    page = enrolments_page(cohort, EnrolmentFilter.read({"ente": str(ente.pk)}), 1)
    assert [row.user.first_name for row in page.page.object_list] == ["Ada"]
    assert (page.organisations, page.taken) == ([(ente.pk, ente.name)], 3)


def test_pages_follow_each_other(cohort, monkeypatch):
    monkeypatch.setattr(listing, "PER_PAGE", 3)
    first, second = (enrolments_page(cohort, EnrolmentFilter(), n).page for n in (1, 2))
    assert (len(first.object_list), len(second.object_list), first.paginator.count) == (3, 1, 4)


@pytest.mark.parametrize("number", [1, 3])
def test_queries_do_not_grow(client, by, number, django_assert_num_queries):
    cohort = cohorts.cohort()
    services.set_cohort_fee(cohort=cohort, cents=10_000, by=by)
    for _person in range(number):
        row = cohorts.learner(cohort, organisation=people.organisation())
        services.set_amount_due(enrolment=row, by=by)
    address = reverse("cohorts_admin:enrolments", args=[cohort.pk])
    # Three of them are the list's; who reads by a group costs Wagtail's menu two more.
    for person, plain, sifted in [(accounts.superuser(), 9, 10), (by, 11, 12)]:
        client.force_login(person)
        client.get(address)
        with django_assert_num_queries(plain):
            assert client.get(address).status_code == 200
        with django_assert_num_queries(sifted):
            assert client.get(f"{address}?q=a&quota=unpaid").status_code == 200


def test_the_file_is_streamed_safe_and_logged(client, by, cohort):
    people.User.objects.filter(email="p3@esempio.it").update(last_name="=HYPERLINK(1)")
    client.force_login(by)
    response = client.get(reverse("cohorts_admin:enrolments_csv", args=[cohort.pk]))
    assert response.streaming
    rows = list(csv.DictReader(b"".join(response).decode().splitlines()))
    by_name = {row["nome"]: row for row in rows}
    assert by_name["Zoe"]["cognome"] == "'=HYPERLINK(1)"
    assert by_name["Ada"]["cognome"] == "D'Amico-Šćepanović"
    ada = by_name["Ada"]
    assert (ada["quota_dovuta"], ada["quota_versata"], ada["saldo"]) == ("100.00", "40.50", "59.50")
    assert (by_name["娜"]["fascia"], by_name["Zoe"]["quota_dovuta"]) == ("Borsa piena", "")
    [entry] = ModelLogEntry.objects.filter(action="cohorts.export_enrolments")
    assert (entry.data["rows"], len(entry.data["sha256"])) == (4, 64)


def test_the_page_shows_sums_and_keeps_the_filter_for_the_file(client, by, cohort):
    client.force_login(by)
    address = reverse("cohorts_admin:enrolments", args=[cohort.pk])
    shown = client.get(f"{address}?quota=partly").content.decode()
    assert "40,50\u00a0€ / 100,00\u00a0€" in shown
    assert "iscrizioni.csv?quota=partly" in shown
    assert "p3@esempio.it" not in shown
