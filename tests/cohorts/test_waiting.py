"""Decisions in bulk, the waiting list and its timed offers: order, refusals, repetition, races."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from wagtail.models import ModelLogEntry

from lms.accounts.privacy import erase_all
from lms.cohorts import services
from lms.cohorts.choices import ApplicationStatus, OfferAnswer, PoolKind
from lms.cohorts.models import Application, Enrolment, Offer
from lms.cohorts.summary.seats import seats_by_pool
from lms.cohorts.summary.selection import selection_of
from lms.cohorts.summary.waiting import (
    last_day_of_offers,
    list_moves,
    place_in_line,
    place_in_words,
    waiting_line,
)
from lms.core.errors import DomainError
from lms.core.models import OutboundMail
from tests.factories import cohorts, curriculum, people, selection

pytestmark = pytest.mark.django_db
A, W, D = ApplicationStatus.ADMITTED, ApplicationStatus.WAITLISTED, ApplicationStatus.DECLINED


def code_of(call, **arguments) -> str:
    with pytest.raises(DomainError) as refusal:
        call(**arguments)
    return refusal.value.code


def statuses(cohort) -> list[str]:
    return list(cohort.applications.order_by("pk").values_list("status", flat=True))


def leave(cohort) -> None:
    """One of those enrolled goes; their seat is free."""
    services.withdraw(
        enrolment=cohort.enrolments.active().first(), on=timezone.localdate(), reason="", by=None
    )


def decide(cohort, outcomes: dict, **fields):
    named = {row.pk: outcome for row, outcome in outcomes.items()}
    return services.decide(cohort=cohort, outcomes=named, by=None, **fields)


# --- Decisions ------------------------------------------------------------------------------
def test_decisions_are_carried_out_together_and_each_person_gets_one_letter(
    django_capture_on_commit_callbacks,
):
    cohort = cohorts.cohort(seats=1)
    english = people.person(language="en")
    rows = [selection.application(cohort, english), *(selection.application(cohort) for _n in "ab")]
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        for _click in range(2):
            done = decide(
                cohort, dict(zip(rows, [W, A, D], strict=True)), reason="I posti sono finiti."
            )
    assert (done.admitted, done.waitlisted, done.declined) == (1, 1, 1)
    assert statuses(cohort) == [W, A, D]
    letters = {m.to[0]: m for m in mail.outbox}
    assert len(mail.outbox) == len(letters) == 3
    assert "You are first in line" in letters[english.email].body
    assert "I posti sono finiti." in letters[rows[2].user.email].body
    assert letters[english.email].alternatives[0].mimetype == "text/html"
    assert ModelLogEntry.objects.filter(action="cohorts.decide").count() == 1


def test_all_or_nothing_when_one_has_been_decided_meanwhile():
    cohort = cohorts.cohort(seats=5)
    rows = [selection.application(cohort) for _number in range(3)]
    services.decline(application=rows[2], by=None)
    before = OutboundMail.objects.count()
    assert code_of(decide, cohort=cohort, outcomes=dict.fromkeys(rows, A)) == "application_decided"
    assert statuses(cohort) == ["submitted", "submitted", "declined"]
    assert (OutboundMail.objects.count(), Enrolment.objects.count()) == (before, 0)


def test_all_or_nothing_when_seats_are_short():
    cohort = cohorts.cohort(seats=1)
    rows = [selection.application(cohort) for _number in range(3)]
    outcomes = dict(zip(rows, [D, A, A], strict=True))
    assert code_of(decide, cohort=cohort, outcomes=outcomes) == "seats_short"
    assert statuses(cohort) == ["submitted"] * 3


def test_an_application_of_another_cohort_is_refused():
    cohort = cohorts.cohort()
    other = cohorts.cohort("MC-PROVA-2026-2", course=cohort.course)
    rows = {selection.application(cohort): A, selection.application(other): A}
    assert code_of(decide, cohort=cohort, outcomes=rows) == "nothing_chosen"


def test_the_waiting_list_begins_when_the_seats_are_taken():
    cohort = cohorts.cohort(seats=1)
    rows = [selection.application(cohort) for _number in range(2)]
    assert code_of(decide, cohort=cohort, outcomes={rows[0]: W}) == "seats_free"
    assert statuses(cohort) == ["submitted"] * 2
    decide(cohort, {rows[0]: W, rows[1]: A})
    assert statuses(cohort) == [W, A]


@pytest.fixture
def ranked(db):
    """Two seats; three applications, the last to apply the best."""
    cohort = selection.ready(applications=3, readers=3, seats=2)
    rows = list(cohort.applications.order_by("pk"))
    selection.read_all(cohort, {row.pk: [n] for n, row in enumerate(rows)})
    services.make_ranking(cohort=cohort, by=None, seed=1)
    return cohort, rows


def test_against_the_ranking_only_with_a_reason_that_the_log_keeps(ranked):
    cohort, (last, second, first) = ranked
    outcomes = {last: A, second: A, first: W}
    assert code_of(decide, cohort=cohort, outcomes=outcomes) == "reason_needed"
    assert code_of(decide, cohort=cohort, outcomes=outcomes, against="  ") == "reason_needed"
    assert statuses(cohort) == ["submitted"] * 3
    decide(cohort, outcomes, against="Il comitato ha deciso così.")
    data = ModelLogEntry.objects.get(action="cohorts.decide").data
    assert data["against_ranking"] == sorted([last.pk, first.pk])
    assert data["why"] == "Il comitato ha deciso così."


def test_as_the_ranking_says_needs_no_reason(ranked):
    cohort, (last, second, first) = ranked
    decide(cohort, {last: W, second: A, first: A})
    assert statuses(cohort) == [W, A, A]
    assert waiting_line(cohort).get().waiting_place.rank == 3


def test_declining_somebody_above_who_waits_needs_a_reason():
    cohort = selection.ready(applications=3, readers=3, seats=1)
    rows = list(cohort.applications.order_by("pk"))
    selection.read_all(cohort, {row.pk: [n] for n, row in enumerate(rows)})
    services.make_ranking(cohort=cohort, by=None)
    outcomes = dict(zip(rows, [W, D, A], strict=True))
    assert code_of(decide, cohort=cohort, outcomes=outcomes) == "reason_needed"


# --- In line --------------------------------------------------------------------------------
def test_the_line_goes_by_the_ranking_then_by_submission():
    cohort = selection.ready(applications=3, readers=3, seats=1)
    rows = list(cohort.applications.order_by("pk"))
    selection.read_all(cohort, {row.pk: [n] for n, row in enumerate(rows)})
    services.make_ranking(cohort=cohort, by=None)
    late = [selection.application(cohort) for _number in range(2)]
    decide(cohort, {rows[2]: A, rows[0]: W, rows[1]: W, late[0]: W, late[1]: W})
    assert [row.pk for row in waiting_line(cohort)] == [
        rows[1].pk, rows[0].pk, late[0].pk, late[1].pk,
    ]  # fmt: skip
    assert place_in_line(rows[0]) == 2
    assert place_in_line(rows[2]) is None


@pytest.mark.parametrize(
    ("language", "place", "words"),
    [
        ("it", 3, "Sei al terzo posto in lista"),
        ("it", 25, "Sei al posto 25 in lista"),
        ("en", 1, "You are first in line"),
    ],
)
def test_the_place_is_said_in_words(language, place, words):
    with translation.override(language):
        assert place_in_words(place) == words


def test_a_free_seat_is_offered_to_the_first_and_held(django_capture_on_commit_callbacks):
    cohort, rows = selection.full_with_line(waiting=3)
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        leave(cohort)
        services.run_offers()
    offer = Offer.objects.get()
    assert (offer.application, statuses(cohort)) == (rows[0], ["offered", W, W])
    assert offer.expires_at - offer.made_at == timedelta(hours=48)
    seats = seats_by_pool(cohort)
    assert (seats.taken, seats.held, seats.free) == (0, 1, 0)
    (letter,) = mail.outbox
    assert letter.to == [rows[0].user.email]
    assert f"/it/edizioni/{cohort.code}/offerta/" in letter.body
    assert f"{timezone.localtime(offer.expires_at):%H:%M}" in letter.body


def test_nobody_else_takes_the_held_seat():
    cohort, rows = selection.full_with_line(waiting=2)
    outsider = selection.application(cohort)
    leave(cohort)
    assert code_of(services.admit, application=outsider, by=None) == "seats_full"
    assert code_of(services.enrol, cohort=cohort, user=people.person(), by=None) == "seats_full"
    for row in rows:
        assert code_of(services.admit, application=row, by=None) == "in_line"
    assert code_of(decide, cohort=cohort, outcomes={outsider: A}) == "seats_short"
    assert code_of(decide, cohort=cohort, outcomes={rows[1]: A}) == "application_decided"
    assert code_of(services.set_seats, cohort=cohort, seats=0, pools={}, by=None) == "seats_taken"
    assert not cohort.enrolments.active().exists()


def test_more_seats_go_to_the_line_before_anybody_else():
    cohort, rows = selection.full_with_line(waiting=1)
    # As if the seats had been changed behind the services' back, with no clock between.
    cohort.seats = 2
    cohort.save()
    assert code_of(services.enrol, cohort=cohort, user=people.person(), by=None) == "seats_full"
    services.set_seats(cohort=cohort, seats=3, pools={}, by=None)
    assert Offer.objects.open().get().application == rows[0]
    assert services.enrol(cohort=cohort, user=people.person(), by=None).seat == 2


def test_taking_the_seat_enrols_once(django_capture_on_commit_callbacks):
    cohort, rows = selection.full_with_line(waiting=2)
    leave(cohort)
    offer = Offer.objects.get()
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        for _click in range(2):
            services.answer_offer(offer=offer, accept=True, by=rows[0].user)
    enrolment = cohort.enrolments.active().get()
    assert (enrolment.user, enrolment.application) == (rows[0].user, rows[0])
    assert statuses(cohort) == [A, W]
    assert [m.to for m in mail.outbox] == [[rows[0].user.email]]
    assert ModelLogEntry.objects.filter(action="cohorts.answer_offer").count() == 1
    refused = {"offer": offer, "accept": False, "by": rows[0].user}
    assert code_of(services.answer_offer, **refused) == "offer_answered"


def test_leaving_the_seat_offers_it_to_the_next_at_once():
    cohort, rows = selection.full_with_line(waiting=2)
    leave(cohort)
    services.answer_offer(offer=Offer.objects.get(), accept=False, by=rows[0].user)
    assert statuses(cohort) == ["withdrawn", "offered"]
    assert Offer.objects.open().get().application == rows[1]


def test_an_acceptance_a_second_late_is_refused_though_the_clock_has_not_been_there():
    cohort, rows = selection.full_with_line(waiting=2)
    leave(cohort)
    offer = Offer.objects.get()
    late = {"offer": offer, "accept": True, "by": rows[0].user, "at": offer.expires_at}
    assert code_of(services.answer_offer, **late) == "offer_lapsed"
    assert code_of(services.answer_offer, **late) == "offer_lapsed"
    # And the next in line has the seat already.
    assert statuses(cohort) == ["lapsed", "offered"]
    assert Offer.objects.open().get().application == rows[1]
    assert not cohort.enrolments.active().exists()


def test_a_second_before_the_hour_it_still_holds():
    cohort, rows = selection.full_with_line(waiting=1)
    leave(cohort)
    offer = Offer.objects.get()
    in_time = offer.expires_at - timedelta(seconds=1)
    services.answer_offer(offer=offer, accept=True, by=rows[0].user, at=in_time)
    assert statuses(cohort) == [A]


def test_the_clock_lapses_and_offers_down_the_line_once(django_capture_on_commit_callbacks):
    cohort, rows = selection.full_with_line(waiting=3)
    leave(cohort)
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        for hours in (48, 48, 96, 96, 96):
            services.run_offers(at=timezone.now() + timedelta(hours=hours, minutes=1))
    assert statuses(cohort) == ["lapsed", "lapsed", "offered"]
    to = [m.to[0] for m in mail.outbox]
    first, second, third = (row.user.email for row in rows)
    assert sorted(to) == sorted([first, second, second, third])


def test_the_hour_is_that_of_milan_through_the_end_of_summer_time():
    cohort, _rows = selection.full_with_line(
        waiting=1, starts_on=datetime(2026, 12, 1).date(), ends_on=datetime(2027, 3, 1).date()
    )
    row = cohort.enrolments.active().get()
    Enrolment.objects.filter(pk=row.pk).update(
        status="withdrawn", withdrawn_on=timezone.localdate()
    )
    made = datetime(2026, 10, 24, 10, 0, tzinfo=UTC)  # noon in Milan, the day before
    services.run_offers(at=made)
    offer = Offer.objects.get()
    assert offer.expires_at == datetime(
        2026, 10, 26, 10, 0, tzinfo=UTC
    )  # 48 hours; eleven in Milan
    letter = OutboundMail.objects.get(key=f"cohorts.offer_made:{offer.pk}")
    assert letter.context["until"].replace("\u00a0", " ") == "lunedì 26 ottobre, 11:00"


def test_the_hours_are_the_cohorts():
    cohort, _rows = selection.full_with_line(waiting=1)
    services.set_selection_rules(cohort=cohort, by=None, offer_hours=6)
    leave(cohort)
    offer = Offer.objects.get()
    assert offer.expires_at - offer.made_at == timedelta(hours=6)


@pytest.mark.parametrize(("days", "offered"), [(7, True), (8, False)])
def test_offers_stop_some_days_after_the_first(days, offered):
    today = timezone.localdate()
    cohort, _rows = selection.full_with_line(
        waiting=1, starts_on=today - timedelta(days=days), ends_on=today + timedelta(days=60)
    )
    leave(cohort)
    services.run_offers()
    assert Offer.objects.exists() is offered


def test_a_cohort_that_was_ended_by_hand_offers_no_more_seats():
    today = timezone.localdate()
    cohort, _rows = selection.full_with_line(
        waiting=1, starts_on=today, ends_on=today + timedelta(days=60)
    )
    services.override_phase(cohort=cohort, phase="finished", reason="Chiusa prima", by=None)
    leave(cohort)
    assert not Offer.objects.exists()


def test_offers_go_by_the_first_day_that_was_set_by_hand():
    today = timezone.localdate()
    cohort, _rows = selection.full_with_line(
        waiting=1, starts_on=today + timedelta(days=9), ends_on=today + timedelta(days=60)
    )
    services.override_phase(cohort=cohort, phase="running", reason="Si comincia", by=None)
    cohort.refresh_from_db()
    rules = selection_of(cohort)
    assert last_day_of_offers(cohort, rules) == today + timedelta(days=7)
    assert not list_moves(cohort, rules, today + timedelta(days=8))


def test_closing_the_list_tells_who_waits_once_and_keeps_open_offers(
    django_capture_on_commit_callbacks,
):
    cohort, rows = selection.full_with_line(waiting=3)
    leave(cohort)
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        assert len(services.close_waiting_list(cohort=cohort, by=None)) == 2
        assert services.close_waiting_list(cohort=cohort, by=None) == []
    assert statuses(cohort) == ["offered", D, D]
    assert {m.to[0] for m in mail.outbox} == {rows[1].user.email, rows[2].user.email}
    services.answer_offer(offer=Offer.objects.get(), accept=False, by=rows[0].user)
    assert Offer.objects.count() == 1


def test_who_takes_the_application_back_gives_the_held_seat_on():
    cohort, rows = selection.full_with_line(waiting=3)
    leave(cohort)
    services.withdraw_application(application=rows[1], by=rows[1].user)
    services.withdraw_application(application=rows[0], by=rows[0].user)
    assert statuses(cohort) == ["withdrawn", "withdrawn", "offered"]
    assert Offer.objects.get(application=rows[0]).answer == OfferAnswer.DECLINED


def test_who_is_erased_gives_the_held_seat_on():
    cohort, rows = selection.full_with_line(waiting=2)
    leave(cohort)
    erase_all(rows[0].user)
    assert Offer.objects.open().get().application == rows[1]


def test_a_pools_seat_goes_to_the_first_who_may_have_it():
    today = timezone.localdate()
    cohort = cohorts.cohort(starts_on=today + timedelta(days=9), ends_on=today + timedelta(days=60))
    services.set_seats(cohort=cohort, seats=2, pools={PoolKind.STUDENTS: 1}, by=None)
    students = cohort.pools.get()
    student = cohorts.learner(cohort, pool=students)
    cohorts.learner(cohort)
    first = selection.application(cohort)
    second = selection.application(cohort, pool=students)
    decide(cohort, {first: W, second: W})
    services.withdraw(enrolment=student, on=today, reason="", by=None)
    offer = Offer.objects.get()
    assert (offer.application, offer.pool) == (second, students)
    assert statuses(cohort) == [W, "offered"]
    services.answer_offer(offer=offer, accept=True, by=second.user)
    assert cohort.enrolments.active().get(user=second.user).pool == students


def test_an_offer_of_a_cancelled_cohort_cannot_be_taken_and_lapses_without_a_letter():
    cohort, rows = selection.full_with_line(waiting=2)
    leave(cohort)
    services.cancel_cohort(cohort=cohort, reason="", by=None)
    offer = Offer.objects.get()
    taking = {"offer": offer, "accept": True, "by": rows[0].user}
    assert code_of(services.answer_offer, **taking) == "cohort_not_open"
    services.run_offers(at=offer.expires_at)
    assert Offer.objects.open().count() == 0
    assert not OutboundMail.objects.filter(key__startswith="cohorts.offer_lapsed").exists()


# --- The page -------------------------------------------------------------------------------
def test_the_page_shows_the_hour_and_takes_one_answer(client):
    cohort, rows = selection.full_with_line(waiting=2)
    address = reverse("cohorts:offer", args=[cohort.code])
    client.force_login(rows[0].user)
    assert "Sei al primo posto in lista" in client.get(address).text
    leave(cohort)
    offer = Offer.objects.get()
    page = client.get(address).text
    assert f"{timezone.localtime(offer.expires_at):%H:%M}" in page
    for _click in range(2):
        answer = client.post(address, {"offer": offer.pk, "answer": "accept"})
        assert (answer.status_code, answer["Location"]) == (302, cohort.get_absolute_url())
    assert cohort.enrolments.active().get().user == rows[0].user


def test_nobody_answers_for_another(client):
    cohort, rows = selection.full_with_line(waiting=2)
    leave(cohort)
    offer = Offer.objects.get()
    address = reverse("cohorts:offer", args=[cohort.code])
    for user in (rows[1].user, people.person(), people.administrator()):
        client.force_login(user)
        client.post(address, {"offer": offer.pk, "answer": "accept"})
    offer.refresh_from_db()
    assert offer.answer == OfferAnswer.NONE
    assert rows[0].user.last_name not in client.get(address).text


@pytest.mark.parametrize("waiting", [1, 3])
def test_queries_of_the_offers_page_are_constant(client, django_assert_num_queries, waiting):
    cohort, rows = selection.full_with_line(waiting=waiting)
    client.force_login(rows[-1].user)
    address = reverse("cohorts:offer", args=[cohort.code])
    client.get(address)
    with django_assert_num_queries(9):
        client.get(address)


# --- The administrators' pages --------------------------------------------------------------
@pytest.fixture
def desk(client):
    client.force_login(people.administrator())
    return client


def test_the_preview_names_everybody_and_sends_nothing(desk):
    cohort = cohorts.cohort(seats=1)
    rows = [selection.application(cohort) for _number in range(2)]
    address = reverse("cohorts_admin:decisions", args=[cohort.pk])
    before = OutboundMail.objects.count()
    answer = desk.post(address, {"application": [row.pk for row in rows], "outcome": "declined"})
    assert answer.status_code == 200
    for row in rows:
        assert row.user.email in answer.text
    assert "Conferma e invia 2 lettere" in answer.text
    assert (statuses(cohort), OutboundMail.objects.count()) == (["submitted"] * 2, before)


def test_the_ranking_proposes_and_the_preview_carries_it_out(desk, ranked):
    cohort, rows = ranked
    address = reverse("cohorts_admin:decisions", args=[cohort.pk])
    page = desk.post(address, {"proposal": "1", "waiting": "0"}).text
    for row, outcome in zip(rows, [D, A, A], strict=True):
        assert f'name="outcome-{row.pk}" value="{outcome}"' in page
    typed = {f"outcome-{row.pk}": o for row, o in zip(rows, [D, A, A], strict=True)}
    desk.post(address, typed | {"confirm": "1", "reason": ""})
    assert statuses(cohort) == [D, A, A]


def test_against_the_ranking_the_page_asks_why(desk, ranked):
    cohort, rows = ranked
    address = reverse("cohorts_admin:decisions", args=[cohort.pk])
    typed = {f"outcome-{rows[0].pk}": A, "confirm": "1"}
    answer = desk.post(address, typed)
    assert answer.status_code == 409
    assert "Non è quello che dice la graduatoria" in answer.text
    assert desk.post(address, typed | {"against": "Rinuncia di fatto"}).status_code == 302


@pytest.mark.parametrize("name", ["selection", "ranking", "waiting"])
def test_the_tabs_pages_ask_as_much_for_one_as_for_three(desk, name, django_assert_max_num_queries):
    counts, course = [], curriculum.course()
    for number in (1, 3):
        cohort = selection.ready(
            f"MC-PROVA-2026-{number}", applications=number, readers=3, seats=1, course=course
        )
        selection.read_all(cohort)
        services.make_ranking(cohort=cohort, by=None)
        address = reverse(f"cohorts_admin:{name}", args=[cohort.pk])
        desk.get(address)
        with django_assert_max_num_queries(30) as queries:
            assert desk.get(address).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


# --- At once --------------------------------------------------------------------------------
def outcome(call):
    try:
        return call() and "done"
    except DomainError as refusal:
        return refusal.code


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_take_one_seat(run_together):
    cohort, rows = selection.full_with_line(waiting=2)
    leave(cohort)
    offer = Offer.objects.get()

    def accept():
        return services.answer_offer(offer=offer, accept=True, by=rows[0].user)

    results = run_together([lambda: outcome(accept)] * 4)
    assert results == ["done"] * 4
    assert cohort.enrolments.active().count() == 1
    assert ModelLogEntry.objects.filter(action="cohorts.answer_offer").count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_the_clock_an_acceptance_and_an_administrator_at_once_never_oversell(run_together):
    cohort, rows = selection.full_with_line(seats=2, waiting=4)
    outsiders = [selection.application(cohort) for _number in range(2)]
    leave(cohort)
    leave(cohort)
    offers = list(Offer.objects.order_by("pk"))
    late = offers[0].expires_at + timedelta(seconds=1)
    calls = [
        lambda: services.answer_offer(offer=offers[0], accept=True, by=None),
        lambda: services.answer_offer(offer=offers[1], accept=False, by=None),
        lambda: services.run_offers(at=late) or True,
        lambda: services.run_offers(at=late) or True,
        *(lambda row=row: services.admit(application=row, by=None) for row in outsiders),
        lambda: services.enrol(cohort=cohort, user=outsiders[0].user, by=None),
    ]
    results = run_together([lambda call=call: outcome(call) for call in calls])
    assert [r for r in results if isinstance(r, Exception)] == []
    seats = seats_by_pool(cohort)
    assert seats.taken + seats.held == 2
    taken = set(cohort.enrolments.active().values_list("user", flat=True))
    assert taken <= {rows[0].user_id}
    assert Offer.objects.values("application").distinct().count() == Offer.objects.count()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_who_leave_at_once_free_two_offers_in_order(run_together):
    cohort, rows = selection.full_with_line(seats=2, waiting=3)
    gone = list(cohort.enrolments.active())

    def go(row):
        return services.withdraw(enrolment=row, on=timezone.localdate(), reason="", by=None)

    run_together([lambda row=row: go(row) for row in gone])
    assert set(Offer.objects.open().values_list("application", flat=True)) == {
        rows[0].pk, rows[1].pk,
    }  # fmt: skip


def test_a_decision_and_its_letters_are_one_transaction():
    cohort = cohorts.cohort(seats=1)
    row = selection.application(cohort)
    before = OutboundMail.objects.count()
    with pytest.raises(RuntimeError), transaction.atomic():
        decide(cohort, {row: A})
        raise RuntimeError
    assert OutboundMail.objects.count() == before
    assert Application.objects.get(pk=row.pk).status == "submitted"
