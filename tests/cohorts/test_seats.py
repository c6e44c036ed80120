"""Seats kept for somebody: counted, taken, refused, never oversold."""

from functools import partial

import pytest
from django.urls import reverse
from django.utils import timezone

from lms.cohorts import services
from lms.cohorts.choices import ApplicationStatus, PoolKind
from lms.cohorts.models import Cohort, Enrolment, SeatPool
from lms.cohorts.summary import seats_by_pool
from lms.core.errors import DomainError
from tests.factories import cohorts, people

pytestmark = pytest.mark.django_db

KEPT = {PoolKind.STUDENTS: 2, PoolKind.BURSARIES: 1}


def with_pools(seats: int = 5, pools=KEPT, **fields) -> Cohort:
    return services.set_seats(cohort=cohorts.cohort(**fields), seats=seats, pools=pools, by=None)


def pool(cohort, kind=PoolKind.STUDENTS) -> SeatPool:
    return cohort.pools.get(kind=kind)


def figures(cohort) -> list[tuple[str, int, int, int]]:
    return [(row.kind, row.total, row.taken, row.free) for row in seats_by_pool(cohort).all]


def refused(call, **arguments) -> tuple[str, str]:
    with pytest.raises(DomainError) as refusal:
        call(**arguments)
    return refusal.value.code, refusal.value.message


def test_the_open_seats_are_what_the_pools_leave():
    cohort = with_pools()
    cohorts.learner(cohort)
    cohorts.learner(cohort, pool=pool(cohort))
    gone = cohorts.learner(cohort, pool=pool(cohort))
    services.withdraw(enrolment=gone, on=timezone.localdate(), reason="", by=None)
    assert figures(cohort) == [("", 2, 1, 1), ("students", 2, 1, 1), ("bursaries", 1, 0, 1)]
    seats = seats_by_pool(cohort)
    assert (seats.total, seats.taken, seats.free) == (5, 2, 3)
    assert [row.label for row in seats.all] == ["Aperti a tutti", "Studenti", "Borse di studio"]


def test_a_cohort_without_pools_has_only_open_seats():
    cohort = cohorts.cohort(seats=3)
    cohorts.learner(cohort)
    assert figures(cohort) == [("", 3, 1, 2)]


@pytest.mark.parametrize("learners", [1, 3])
def test_counting_the_seats_takes_four_queries(django_assert_num_queries, learners):
    cohort = with_pools(seats=20, pools=KEPT if learners == 1 else dict.fromkeys(PoolKind, 2))
    for _number in range(learners):
        cohorts.learner(cohort)
    with django_assert_num_queries(4):
        assert seats_by_pool(cohort).taken == learners


def test_a_full_pool_takes_nobody_while_others_have_room():
    cohort = with_pools()
    for _number in range(2):
        cohorts.learner(cohort, pool=pool(cohort))
    code, message = refused(cohorts.learner, of=cohort, pool=pool(cohort))
    assert code == "pool_full"
    assert "Studenti" in message
    assert cohorts.learner(cohort, pool=pool(cohort, PoolKind.BURSARIES)).seat == 3


def test_the_seats_kept_for_others_are_not_given_to_all():
    cohort = with_pools()
    for _number in range(2):
        cohorts.learner(cohort)
    code, message = refused(cohorts.learner, of=cohort)
    assert code == "seats_full"
    assert message == "Non ci sono più posti aperti a tutti (2 in tutto); riservati ad altri: 3."


def test_the_seats_of_another_cohort_are_refused():
    here = with_pools()
    there = with_pools(code="MC-PROVA-2026-2", course=here.course)
    foreign = pool(there)
    assert refused(cohorts.learner, of=here, pool=foreign)[0] == "foreign_pool"
    asked = refused(services.apply, cohort=here, user=people.person(), pool=foreign)
    assert asked[0] == "foreign_pool"
    assert not Enrolment.objects.exists()


def test_who_has_a_seat_keeps_it_whatever_pool_is_asked_for():
    cohort = with_pools()
    first = cohorts.learner(cohort)
    again = cohorts.learner(cohort, first.user, pool=pool(cohort))
    assert (again.pk, again.pool) == (first.pk, None)


def test_who_comes_back_takes_a_seat_of_the_pool_asked_for_now():
    cohort = with_pools()
    first = cohorts.learner(cohort)
    services.withdraw(enrolment=first, on=timezone.localdate(), reason="", by=None)
    assert cohorts.learner(cohort, first.user, pool=pool(cohort)).pool == pool(cohort)


def test_who_applied_to_a_pool_is_admitted_to_it():
    cohort = with_pools()
    application = services.apply(cohort=cohort, user=people.person(), pool=pool(cohort))
    assert services.admit(application=application, by=None).pool == pool(cohort)


def test_who_finds_their_pool_full_is_admitted_to_an_open_seat():
    cohort = with_pools()
    bursary = pool(cohort, PoolKind.BURSARIES)
    rows = [services.apply(cohort=cohort, user=people.person(), pool=bursary) for _n in range(2)]
    assert [services.admit(application=row, by=None).pool for row in rows] == [bursary, None]


def test_more_chosen_than_have_seats_admits_nobody():
    cohort = with_pools()
    bursary = pool(cohort, PoolKind.BURSARIES)
    waiting = [services.apply(cohort=cohort, user=people.person(), pool=bursary) for _n in range(2)]
    waiting += [services.apply(cohort=cohort, user=people.person()) for _n in range(2)]
    # One seat of bursaries and two open ones: those kept for students are not theirs.
    assert refused(services.admit_all, applications=waiting, by=None) == (
        "seats_short",
        "Persone scelte: 4, posti liberi: 3. Non è stato ammesso nessuno.",
    )
    statuses = set(cohort.applications.values_list("status", flat=True))
    assert statuses == {ApplicationStatus.SUBMITTED}
    assert len(services.admit_all(applications=waiting[1:], by=None)) == 3


def test_pools_larger_than_the_cohort_are_refused():
    cohort = cohorts.cohort(seats=5)
    wanted = {PoolKind.STUDENTS: 4, PoolKind.MANAGERS: 2}
    assert refused(services.set_seats, cohort=cohort, seats=5, pools=wanted, by=None) == (
        "pools_exceed_seats",
        "I posti riservati sono 6 e l’edizione ne ha 5.",
    )
    assert not SeatPool.objects.exists()


@pytest.mark.parametrize(
    ("seats", "pools"),
    [
        (5, {PoolKind.STUDENTS: 1, PoolKind.BURSARIES: 1}),  # two students are there
        (4, KEPT),  # two have an open seat
        (5, {PoolKind.STUDENTS: 2, PoolKind.MANAGERS: 2}),
        (5, {PoolKind.BURSARIES: 1}),
    ],
)
def test_fewer_seats_than_people_are_refused(seats, pools):
    cohort = with_pools()
    for kept in (None, None, pool(cohort), pool(cohort)):
        cohorts.learner(cohort, pool=kept)
    before = figures(cohort)
    code, _message = refused(services.set_seats, cohort=cohort, seats=seats, pools=pools, by=None)
    assert code == "seats_taken"
    assert figures(Cohort.objects.get(pk=cohort.pk)) == before


def test_a_pool_taken_away_gives_its_free_seats_to_all_and_the_same_again_is_nothing():
    cohort = with_pools()
    services.apply(cohort=cohort, user=people.person(), pool=pool(cohort))
    services.set_seats(cohort=cohort, seats=5, pools={}, by=None)
    changed = pool(cohort).updated_at
    services.set_seats(cohort=cohort, seats=5, pools={}, by=None)
    assert figures(cohort) == [("", 5, 0, 5)]
    assert pool(cohort).updated_at == changed


def test_fewer_seats_than_numbers_given_oversell_nothing():
    cohort = cohorts.cohort(seats=4)
    rows = [cohorts.learner(cohort) for _number in range(4)]
    for row in rows[:2]:
        services.withdraw(enrolment=row, on=timezone.localdate(), reason="", by=None)
    services.set_seats(cohort=cohort, seats=2, pools={}, by=None)
    assert refused(cohorts.learner, of=cohort)[0] == "seats_full"


def test_the_public_page_says_how_many_seats_each_pool_has_left(client):
    cohort = with_pools()
    cohorts.learner(cohort, pool=pool(cohort))
    page = " ".join(client.get(reverse("cohorts:detail", args=[cohort.code])).text.split())
    assert "Studenti: 1 libero su 2" in page
    assert "Borse di studio: 1 libero su 1" in page
    assert "Aperti a tutti: 2 liberi su 2" in page


def outcome(call) -> str:
    try:
        return call().pool.kind
    except DomainError as refusal:
        return refusal.code


@pytest.mark.slow
@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_people_racing_for_two_pools_fill_each_to_the_last_seat(run_together):
    cohort = with_pools(seats=12, pools={PoolKind.STUDENTS: 6, PoolKind.BURSARIES: 3})
    kept = [pool(cohort), pool(cohort, PoolKind.BURSARIES)]
    calls = [
        lambda user=person, of=kept[number % 2]: outcome(
            lambda: services.enrol(cohort=cohort, user=user, pool=of, by=None)
        )
        for number, person in enumerate(people.person() for _number in range(24))
    ]
    results = run_together(calls)
    assert {word: results.count(word) for word in set(results)} == {
        "students": 6,
        "bursaries": 3,
        "pool_full": 15,
    }
    assert figures(cohort) == [("", 3, 0, 3), ("students", 6, 6, 0), ("bursaries", 3, 3, 0)]


@pytest.mark.slow
@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_pool_made_smaller_while_people_come_is_never_smaller_than_they_are(run_together):
    cohort = with_pools(seats=8, pools={PoolKind.STUDENTS: 8})
    students = pool(cohort)

    def shrink():
        return services.set_seats(cohort=cohort, seats=8, pools={PoolKind.STUDENTS: 3}, by=None)

    def enter(user):
        return services.enrol(cohort=cohort, user=user, pool=students, by=None)

    calls = [partial(enter, people.person()) for _number in range(8)]
    results = run_together([*calls, shrink])
    others = [row for row in results if isinstance(row, Exception)]
    assert {getattr(row, "code", row) for row in others} <= {"pool_full", "seats_taken"}
    seats = seats_by_pool(Cohort.objects.get(pk=cohort.pk)).of(students)
    assert seats.taken <= seats.total


# --- The form --------------------------------------------------------------------------------
def form_of(cohort, **change) -> dict:
    names = (
        "code", "course", "seats", "mode", "place", "applications_open_on",
        "applications_close_on", "starts_on", "ends_on", "attendance_threshold",
        "threshold_basis", "denominator", "grace_minutes",
    )  # fmt: skip
    data = {name: getattr(cohort, name) for name in names} | {"course": cohort.course_id}
    return {name: str(value) for name, value in (data | change).items()}


@pytest.fixture
def desk(client):
    client.force_login(people.administrator(is_superuser=True))
    return client


def test_an_administrator_keeps_seats(desk):
    cohort = cohorts.cohort(seats=5)
    url = reverse("cohort:edit", args=[cohort.pk])
    assert "Posti riservati: Studenti" in desk.get(url).text
    desk.post(url, form_of(cohort, seats=6, pool_students=2, pool_bursaries=1))
    assert figures(Cohort.objects.get(pk=cohort.pk)) == [
        ("", 3, 0, 3), ("students", 2, 0, 2), ("bursaries", 1, 0, 1),
    ]  # fmt: skip
    desk.post(url, form_of(cohort, seats=6, pool_students="", pool_bursaries=1))
    assert figures(Cohort.objects.get(pk=cohort.pk))[1:] == [("bursaries", 1, 0, 1)]


def test_seats_that_do_not_add_up_come_back_with_the_reason(desk):
    cohort = with_pools()
    for _number in range(2):
        cohorts.learner(cohort, pool=pool(cohort))
    url = reverse("cohort:edit", args=[cohort.pk])
    before = figures(cohort)
    many = desk.post(url, form_of(cohort, pool_students=4, pool_bursaries=4)).text
    assert "I posti riservati sono 8 e l’edizione ne ha 5." in many
    few = desk.post(url, form_of(cohort, pool_students=1)).text
    assert "Studenti: 1 posti non bastano, ne sono già occupati 2." in few
    assert figures(Cohort.objects.get(pk=cohort.pk)) == before


def test_a_new_cohort_is_made_with_its_pools(desk):
    model = cohorts.cohort()
    data = form_of(model, code="MC-PROVA-2027-1", seats=10, pool_managers=4)
    desk.post(reverse("cohort:add"), data)
    assert figures(Cohort.objects.get(code="MC-PROVA-2027-1")) == [
        ("", 6, 0, 6), ("managers", 4, 0, 4),
    ]  # fmt: skip
    wrong = desk.post(reverse("cohort:add"), data | {"code": "MC-PROVA-2027-2", "seats": "3"})
    assert "I posti riservati sono 4 e l’edizione ne ha 3." in wrong.text
