"""The pages: who sees what, a constant number of queries, the plain form and the script's answers."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from lms.attendance import services
from lms.attendance.forms import RegisterForm, clock, moment_of
from lms.attendance.models import Credit, Excuse, PresenceInterval, RegisterSheet
from lms.attendance.summary import register_of
from lms.cohorts.choices import StaffFunction
from tests.factories import cohorts, people
from tests.factories.attendance import minutes_in, signed, taken

pytestmark = pytest.mark.django_db
JSON = {"Accept": "application/json"}


@pytest.fixture
def room():
    class Room:
        cohort = cohorts.cohort(seats=50)
        teacher = cohorts.teacher(cohort)
        first = cohorts.learner(
            cohort, user=people.person(first_name="Seán", last_name="O’Neill"),
            joined_on=cohort.starts_on,
        )  # fmt: skip
        second = cohorts.learner(
            cohort, user=people.person(first_name="娜", last_name="李"), joined_on=cohort.starts_on
        )
        session = cohorts.session(cohort)
        register = reverse("attendance:register", args=[cohort.code, session.number])
        overview = reverse("attendance:overview", args=[cohort.code])
        mine = reverse("attendance:mine", args=[cohort.code])

    return Room


def marks(*entries, **fields) -> dict:
    data = {"version": "0", "action": "save"} | fields
    for enrolment, mark in entries:
        data[f"mark-{enrolment.pk}"] = mark
    return data


@pytest.mark.parametrize("action", ["", "close"])
def test_a_button_that_the_register_does_not_have_writes_nothing(client, room, action):
    client.force_login(room.teacher)
    answer = client.post(room.register, marks((room.first, "present"), action=action))
    assert answer.status_code == 409
    assert "Non è stato detto che cosa fare" in answer.content.decode()
    assert not RegisterSheet.objects.exists()


@pytest.mark.slow
def test_who_sees_the_register_the_totals_and_their_own_minutes(client, room):
    """No access answers exactly like an address that does not exist."""
    other = cohorts.cohort("MC-ALTRA-2026-1", course=room.cohort.course)
    yesterday = timezone.localdate() - timedelta(days=1)
    inspector = cohorts.teacher(room.cohort, StaffFunction.INSPECTOR)
    former = cohorts.teacher(room.cohort, StaffFunction.INSPECTOR, until=yesterday)
    guest = people.instructor()
    room.session.teachers.add(guest)
    expected = {
        room.teacher: (200, 200, 404),
        people.administrator(): (200, 200, 404),
        inspector: (200, 200, 404),
        guest: (200, 404, 404),
        former: (404, 404, 404),
        cohorts.teacher(other): (404, 404, 404),
        cohorts.learner(other).user: (404, 404, 404),
        cohorts.manager(room.cohort): (404, 200, 404),
        cohorts.manager(other): (404, 404, 404),
        people.committee(): (404, 404, 404),
        room.first.user: (404, 404, 200),
    }
    found = {}
    for user in expected:
        client.force_login(user)
        found[user] = tuple(
            client.get(url).status_code for url in (room.register, room.overview, room.mine)
        )
    assert found == expected


def test_a_stranger_is_asked_to_log_in_whatever_the_address(client, room):
    unknown = reverse("attendance:register", args=["MC-IGNOTA-1", 99])
    for url in (room.register, room.overview, room.mine, unknown):
        response = client.get(url)
        assert (response.status_code, response.url.partition("?")[0]) == (
            302,
            "/it/account/login/",
        )


@pytest.mark.parametrize("who", ["inspector", "learner", "other"])
def test_who_may_not_write_changes_nothing(client, room, who):
    user = {
        "inspector": lambda: cohorts.teacher(room.cohort, StaffFunction.INSPECTOR),
        "learner": lambda: room.first.user,
        "other": people.instructor,
    }[who]()
    client.force_login(user)
    assert client.post(room.register, marks((room.first, "present"))).status_code == 404
    excuse = {
        "action": "excuse",
        "excuse-enrolment": room.first.pk,
        "excuse-session": room.session.pk,
        "excuse-reason": "x",
    }
    assert client.post(room.overview, excuse).status_code == 404
    assert not RegisterSheet.objects.exists()
    assert not Excuse.objects.exists()


def test_personal_pages_are_not_stored(client, room):
    client.force_login(room.teacher)
    for url in (room.register, room.overview):
        assert "no-store" in client.get(url)["Cache-Control"]


def test_reading_opens_no_transaction(client, room):
    signed(room.session, by=room.teacher)
    client.force_login(room.teacher)
    client.get(room.register)  # fills the caches of the frame
    for user, url in [
        (room.teacher, room.register),
        (room.teacher, room.overview),
        (room.first.user, room.mine),
    ]:
        client.force_login(user)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        words = {query["sql"].split()[0] for query in queries.captured_queries}
        assert words == {"SELECT"}


@pytest.mark.parametrize("learners", [1, 3, 40])
def test_a_register_costs_the_same_whatever_its_length(client, learners):
    cohort = cohorts.cohort(seats=50)
    teacher = cohorts.teacher(cohort)
    for _ in range(learners):
        cohorts.learner(cohort, joined_on=cohort.starts_on)
    session = cohorts.session(cohort, break_minutes=10, module=cohort.modules.first())
    taken(session, by=teacher)
    client.force_login(teacher)
    url = reverse("attendance:register", args=[cohort.code, session.number])
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        body = client.get(url).content.decode()
    assert body.count("data-row=") == learners
    assert len(queries) == 12


@pytest.mark.parametrize("learners", [1, 3])
def test_totals_cost_the_same_whatever_the_cohort(client, learners):
    cohort = cohorts.cohort()
    teacher = cohorts.teacher(cohort, StaffFunction.TUTOR)
    for _ in range(learners):
        enrolment = cohorts.learner(cohort, joined_on=cohort.starts_on)
        signed(cohorts.session(cohort), by=teacher)
        services.record_credit(enrolment=enrolment, minutes=5, reason="Esame", by=teacher)
    client.force_login(teacher)
    url = reverse("attendance:overview", args=[cohort.code])
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        client.get(url)
    assert len(queries) == 23
    client.force_login(enrolment.user)
    url = reverse("attendance:mine", args=[cohort.code])
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        client.get(url)
    assert len(queries) == 10


def test_the_register_names_everyone_as_they_are_written(client, room):
    client.force_login(room.teacher)
    body = client.get(room.register).content.decode()
    assert "Seán O’Neill" in body
    assert "娜 李" in body


def test_a_plain_form_saves_and_comes_back(client, room):
    client.force_login(room.teacher)
    data = marks((room.first, "present"), (room.second, "times"))
    data[f"in-{room.second.pk}"] = clock(minutes_in(room.session, 25))
    response = client.post(room.register, data)
    assert (response.status_code, response.url) == (302, room.register)
    rows = PresenceInterval.objects.order_by("enrolment").values_list("in_at", "out_at")
    s = room.session
    assert list(rows) == [(s.starts_at, s.ends_at), (minutes_in(s, 25), s.ends_at)]


def test_all_present_in_one_tap_then_signed(client, room):
    client.force_login(room.teacher)
    client.post(room.register, marks(action="all"))
    sign = {
        "actual_start": clock(room.session.starts_at),
        "actual_end": clock(room.session.ends_at),
    }
    response = client.post(room.register, marks(action="sign", version="1", **sign))
    assert response.status_code == 302
    sheet = RegisterSheet.objects.get()
    assert (sheet.status, sheet.actual_start) == ("signed", room.session.starts_at)
    body = client.get(room.register).content.decode()
    assert "data-register" not in body
    assert str(room.teacher) in body


def test_a_wrong_time_is_explained_beside_its_row_and_kept(client, room):
    client.force_login(room.teacher)
    data = marks((room.first, "times")) | {f"in-{room.first.pk}": "venti"}
    response = client.post(room.register, data)
    body = response.content.decode()
    assert response.status_code == 422
    assert f'id="error-{room.first.pk}" data-error>' in body
    assert 'value="venti"' in body
    assert not PresenceInterval.objects.exists()


def test_a_conflict_keeps_what_was_typed_and_shows_what_is_stored(client, room):
    services.mark_register(
        session=room.session, entries=[services.absent(room.first)], by=room.teacher
    )
    client.force_login(cohorts.teacher(room.cohort))
    response = client.post(room.register, marks((room.first, "present")))
    body = response.content.decode()
    assert response.status_code == 409
    assert str(room.teacher) in body
    row = body.partition(f'data-row="{room.first.pk}"')[2].partition("</li>")[0]
    assert 'value="present" checked' in row
    assert "data-error hidden" not in row
    assert 'name="version" value="1"' in body
    again = client.post(room.register, marks((room.first, "present"), version="1"))
    assert (again.status_code, PresenceInterval.objects.count()) == (302, 1)


def test_the_script_is_answered_with_what_is_stored(client, room):
    client.force_login(room.teacher)
    answer = client.post(room.register, marks((room.first, "present")), headers=JSON)
    assert answer.status_code == 200
    body = answer.json()
    hours = [clock(room.session.starts_at), clock(room.session.ends_at), "house"]
    assert (body["version"], body["status"]) == (1, "open")
    assert {row["id"]: (row["mark"], row["times"]) for row in body["rows"]} == {
        room.first.pk: ("present", [hours]),
        room.second.pk: ("absent", []),
    }
    repeated = client.post(room.register, marks((room.first, "present")), headers=JSON)
    assert repeated.json()["version"] == 1
    stale = client.post(room.register, marks((room.first, "absent")), headers=JSON)
    assert (stale.status_code, stale.json()["code"]) == (409, "conflict")
    assert stale.json()["version"] == 1
    bad = marks((room.first, "times"), version="1")
    wrong = client.post(room.register, bad, headers=JSON)
    assert (wrong.status_code, list(wrong.json()["errors"])) == (422, [str(room.first.pk)])


def test_a_register_cannot_be_given_learners_of_another_cohort(client, room):
    foreign = cohorts.learner(cohorts.cohort("MC-ALTRA-2026-1", course=room.cohort.course))
    client.force_login(room.teacher)
    response = client.post(room.register, marks((foreign, "present")), headers=JSON)
    assert (response.status_code, response.json()["code"]) == (409, "nothing_marked")
    assert not PresenceInterval.objects.exists()


def test_facts_are_recorded_from_the_overview(client, room):
    client.force_login(cohorts.teacher(room.cohort, StaffFunction.TUTOR))
    excuse = {
        "action": "excuse",
        "excuse-enrolment": room.first.pk,
        "excuse-session": room.session.pk,
        "excuse-reason": "Lutto",
    }
    credit = {
        "action": "credit",
        "credit-enrolment": room.first.pk,
        "credit-minutes": "60",
        "credit-reason": "Esame",
    }
    assert client.post(room.overview, excuse).status_code == 302
    assert client.post(room.overview, credit).status_code == 302
    assert (Excuse.objects.get().reason, Credit.objects.get().minutes) == ("Lutto", 60)
    refused = client.post(room.overview, credit | {"credit-minutes": "99999"})
    assert refused.status_code == 422
    body = client.get(room.overview).content.decode()
    assert "Lutto" not in body
    taken_back = {"action": "remove_credit", "credit": Credit.objects.get().pk}
    client.post(room.overview, taken_back)
    assert not Credit.objects.exists()


def test_an_inspector_does_not_read_the_reasons(client, room):
    services.record_excuse(
        enrolment=room.first, session=room.session, reason="Una malattia", by=room.teacher
    )
    services.record_credit(
        enrolment=room.first, minutes=30, reason="Un esame altrove", by=room.teacher
    )
    taken(room.session, by=room.teacher)
    client.force_login(cohorts.teacher(room.cohort, StaffFunction.INSPECTOR))
    for url in (room.register, room.overview):
        body = client.get(url).content.decode()
        assert "Una malattia" not in body
        assert "Un esame altrove" not in body
    client.force_login(room.first.user)
    assert "Una malattia" in client.get(room.mine).content.decode()


def test_a_manager_sees_only_the_people_of_their_organisation(client, room):
    from lms.cohorts.models import ManagerAssignment

    organisation = people.organisation()
    sent = cohorts.learner(room.cohort, organisation=organisation)
    manager = people.manager()
    ManagerAssignment.objects.create(user=manager, organisation=organisation)
    client.force_login(manager)
    body = client.get(room.overview).content.decode()
    assert str(sent.user) in body
    assert "O’Neill" not in body


def test_my_page_explains_every_session(client, room):
    s = room.session
    services.mark_register(
        session=s,
        entries=[services.between(room.first, minutes_in(s, 25), s.ends_at)],
        by=room.teacher,
    )
    client.force_login(room.first.user)
    body = client.get(room.mine).content.decode()
    assert "86&nbsp;%" in body
    assert clock(minutes_in(s, 25)) in body


def at_night(hour: int, minute: int = 0):
    return datetime(2026, 10, 25, hour, minute, tzinfo=ZoneInfo("Europe/Rome"))


def test_a_time_that_the_clock_shows_twice_favours_the_learner():
    """On 25 October 2026 half past two comes twice: in at the first, out at the second."""
    cohort = cohorts.cohort()
    session = cohorts.session(cohort, starts_at=at_night(0), minutes=300)
    half_past_two = at_night(2, 30).time()
    entered = moment_of(half_past_two, session)
    left = moment_of(half_past_two, session, leaving=True)
    assert left - entered == timedelta(hours=1)


def test_a_session_past_midnight_reads_its_times_on_the_right_day():
    cohort = cohorts.cohort()
    start = datetime(2026, 3, 2, 21, 0, tzinfo=ZoneInfo("Europe/Rome"))
    session = cohorts.session(cohort, starts_at=start, minutes=300)
    quarter_to_one = datetime(2026, 3, 3, 0, 45, tzinfo=ZoneInfo("Europe/Rome"))
    assert moment_of(quarter_to_one.time(), session) == quarter_to_one


def test_times_left_as_they_were_keep_their_seconds(room):
    """A log's 18:00:37 is shown as 18:00: saving the row again must not change the minutes."""
    s = room.session
    entered = minutes_in(s, 10) + timedelta(seconds=37)
    services.mark_register(
        session=s, entries=[services.between(room.first, entered, s.ends_at)], by=room.teacher
    )
    s.refresh_from_db()
    key = room.first.pk
    data = QueryDict(
        f"mark-{key}=times&in-{key}={clock(entered)}&out-{key}={clock(s.ends_at)}&channel-{key}=house"
    )
    form = RegisterForm(register_of(s), data)
    assert form.entries[0].presences[0].in_at == entered


def test_a_session_to_come_is_not_called_unrecorded(client, room):
    cohorts.session(room.cohort, starts_at=timezone.now() + timedelta(days=9))
    client.force_login(
        room.first.user, backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    with translation.override("en"):
        address = reverse("attendance:mine", args=[room.cohort.code])
    page = client.get(address).content.decode()
    assert (page.count("Not recorded yet"), page.count("To come")) == (1, 1)
