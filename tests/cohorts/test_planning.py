"""The planner on the database: laid, moved, planned anew; clashes over all cohorts; letters once."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from curriculum.outline import course_outline
from lms.cohorts import services
from lms.cohorts.choices import Mode, PoolKind, StaffFunction
from lms.cohorts.models import ClassSession, Closure, Cohort, CohortStaff, PlannedSession
from lms.cohorts.summary.clashes import Wanted, clashes_of
from lms.cohorts.summary.days_off import days_off
from lms.cohorts.summary.plan import at
from lms.cohorts.summary.replanning import movable, needs_of, rerun_of, shifted_to
from lms.core.errors import DomainError
from tests.factories import cms, cohorts, curriculum, people

pytestmark = pytest.mark.django_db
ROME = ZoneInfo("Europe/Rome")


def moment(day: date, hour: int = 18) -> datetime:
    return at(day, time(hour))


def coming(weeks: int = 2) -> date:
    """A Tuesday to come, between February and April: none of them is a holiday."""
    day = date(timezone.localdate().year + 1, 1, 20)
    return day + timedelta(days=(1 - day.weekday()) % 7, weeks=weeks)


def meetings(first: date, number: int = 3, **fields) -> list[services.Meeting]:
    return [
        services.Meeting(
            starts_at=moment(first + timedelta(weeks=week)),
            ends_at=moment(first + timedelta(weeks=week), 20),
            **fields,
        )
        for week in range(number)
    ]


def days_of(rows) -> list[date]:
    return [timezone.localdate(row.starts_at) for row in rows]


# --- Days off --------------------------------------------------------------------------------
def test_closures_of_the_house_are_days_off():
    Closure.objects.create(
        first_day=date(2026, 8, 14), last_day=date(2026, 8, 16), reason="Ferie della casa"
    )
    assert days_off(date(2026, 8, 15), date(2026, 8, 31), "it") == {
        date(2026, 8, 15): "Assunzione della Beata Vergine Maria",
        date(2026, 8, 16): "Ferie della casa",
    }


def test_a_closure_that_ends_before_it_begins_is_refused():
    with pytest.raises(IntegrityError), transaction.atomic():
        Closure.objects.create(first_day=date(2026, 8, 2), last_day=date(2026, 8, 1), reason="Così")


# --- Clashes ---------------------------------------------------------------------------------
@pytest.fixture
def taken():
    """A session on a Tuesday from 18 to 20, in a room of the list, with its teacher."""
    cohort = cohorts.cohort("MC-PROVA-2026-9")
    room, teacher = cohorts.room("Sala Sole"), cohorts.teacher(cohort)
    cohorts.session(cohort, starts_at=moment(coming()), minutes=120, venue=room, teachers=[teacher])
    return cohort, room, teacher


def wanted(hour: int = 18, **fields) -> Wanted:
    return Wanted(moment(coming(), hour), moment(coming(), hour + 2), **fields)


def hits(*rows, **options) -> list[list[tuple[str, str, str]]]:
    found = clashes_of(rows, **options)
    return [[(hit.kind, hit.what, hit.where) for hit in row] for row in found]


def test_the_same_room_by_row_or_by_name_clashes(taken):
    _cohort, room, _teacher = taken
    clash = [("room", "Sala Sole", "MC-PROVA-2026-9 · 1")]
    other = cohorts.room("Sala Cortile")
    assert hits(
        wanted(venue_id=room.pk, room="Sala Sole"),
        wanted(room=" sala SOLE "),
        wanted(venue_id=other.pk, room="Sala Cortile"),
        wanted(),
        wanted(hour=20, venue_id=room.pk),
        wanted(hour=16, venue_id=room.pk),
        wanted(hour=19, venue_id=room.pk),
    ) == [clash, clash, [], [], [], [], clash]


def test_a_person_cannot_teach_twice_at_once(taken):
    teacher = taken[2]
    assert hits(wanted(teachers=frozenset({teacher.pk, 10**6}))) == [
        [("teacher", str(teacher), "MC-PROVA-2026-9 · 1")]
    ]


def test_cancelled_remote_and_moving_sessions_stand_in_nobodys_way(taken):
    cohort, room, _teacher = taken
    session = cohort.sessions.get()
    assert hits(wanted(venue_id=room.pk), without=[session.pk]) == [[]]
    remote = wanted(room="Aula 3")
    cohorts.session(
        cohort, starts_at=moment(coming()), minutes=60, mode=Mode.REMOTE, room="Aula 3",
        link="https://aula.example/uno",
    )  # fmt: skip
    assert hits(remote) == [[]]
    services.cancel_session(session=session, reason="", by=None)
    assert hits(wanted(venue_id=room.pk)) == [[]]


def test_an_event_of_the_house_in_that_room_clashes():
    event = cms.event(
        title="Una sera aperta", place="Casa Cohub, Sala Sole", starts_at=moment(coming(), 19),
        ends_at=moment(coming(), 21),
    )  # fmt: skip
    assert event.live
    clash = [("room", "Sala Sole", "Una sera aperta")]
    assert hits(wanted(room="Sala Sole"), wanted(room="Sala"), wanted(17 - 2, room="Sala Sole")) == [
        clash, [("room", "Sala", "Una sera aperta")], [],
    ]  # fmt: skip


def test_the_plan_of_a_draft_holds_its_room(taken):
    room = cohorts.room("Sala Alta")
    draft = cohorts.draft_cohort("MC-BOZZA-2027", course=taken[0].course)
    services.lay_sessions(cohort=draft, meetings=meetings(coming(), 1, venue=room), by=None)
    assert hits(wanted(venue_id=room.pk)) == [[("room", "Sala Alta", "MC-BOZZA-2027 · 1")]]
    assert hits(wanted(venue_id=room.pk), draft=draft) == [[]]


@pytest.mark.parametrize("number", [1, 3])
def test_clashes_take_the_same_queries(taken, django_assert_num_queries, number):
    rows = [wanted(room="Sala Sole") for _number in range(number)]
    for _number in range(number):
        cohorts.session(taken[0], starts_at=moment(coming()), minutes=60, room="Sala Sole")
    with django_assert_num_queries(5):
        clashes_of(rows)


# --- Laying ----------------------------------------------------------------------------------
def test_what_is_still_to_plan_is_what_no_session_teaches():
    cohort = cohorts.cohort()
    first, second = cohort.modules.order_by("position")
    assert [(row.title, row.minutes) for row in needs_of(cohort)] == [
        ("Modulo 1", 240), ("Modulo 2", 240),
    ]  # fmt: skip
    for minutes, module in ((130, first), (240, second)):
        cohorts.session(cohort, minutes=minutes, break_minutes=10, module=module)
    gone = cohorts.session(cohort, starts_at=moment(coming()), minutes=60, module=first)
    services.cancel_session(session=gone, reason="", by=None)
    assert [(row.title, row.minutes) for row in needs_of(cohort)] == [
        ("Modulo 1", 120), ("Modulo 2", 10),
    ]  # fmt: skip


def test_a_draft_needs_what_its_course_has():
    cohort = cohorts.draft_cohort()
    assert [(row.title, row.minutes) for row in needs_of(cohort)] == [
        ("Modulo 1", 240), ("Modulo 2", 240),
    ]  # fmt: skip


def test_all_sessions_are_laid_or_none():
    cohort = cohorts.cohort()
    rows = meetings(coming(), 2)
    bad = services.Meeting(rows[1].ends_at, rows[1].starts_at)
    with pytest.raises(DomainError) as refusal:
        services.lay_sessions(cohort=cohort, meetings=[*rows, bad], by=None)
    assert (refusal.value.code, cohort.sessions.count()) == ("times_reversed", 0)
    assert services.lay_sessions(cohort=cohort, meetings=rows, by=None) == 2
    assert days_of(cohort.sessions.order_by("number")) == [coming(), coming(3)]


def test_stretching_widens_the_days_of_the_cohort_and_keeps_its_archive_behind_them():
    last = coming() - timedelta(days=5)
    cohort = cohorts.cohort(ends_on=last, archives_on=last + timedelta(days=1))
    services.lay_sessions(cohort=cohort, meetings=meetings(coming(), 2), by=None, stretch=True)
    cohort.refresh_from_db()
    assert (cohort.ends_on, cohort.archives_on) == (coming(3), coming(3) + timedelta(days=1))


def test_the_plan_of_a_draft_becomes_sessions_when_it_opens():
    cohort = cohorts.draft_cohort()
    keys = [row.translation_key for row in course_outline(cohort.course).modules]
    teacher = cohorts.teacher(cohort)
    break_at = moment(coming(), 19)
    rows = [
        services.Meeting(
            moment(coming()), moment(coming(), 20), keys[1], "Modulo 2", venue=cohorts.room("Sala"),
            teachers=(teacher,), breaks=((break_at, break_at + timedelta(minutes=10)),),
        ),
        services.Meeting(moment(coming(3)), moment(coming(3), 20), topic="Chiusura"),
    ]  # fmt: skip
    services.lay_sessions(cohort=cohort, meetings=meetings(coming(9), 5), by=None)
    services.lay_sessions(cohort=cohort, meetings=rows, by=None)
    assert (cohort.planned_sessions.count(), ClassSession.objects.count()) == (2, 0)
    cohort = services.open_cohort(cohort=cohort, by=None)
    first, second = cohort.sessions.order_by("number")
    assert (first.module.translation_key, first.room, list(first.teachers.all())) == (
        keys[1], "Sala", [teacher],
    )  # fmt: skip
    assert [(row.starts_at, row.ends_at) for row in first.breaks.all()] == [
        (break_at, break_at + timedelta(minutes=10))
    ]
    assert (second.module, second.topic) == (None, "Chiusura")
    assert not PlannedSession.objects.exists()


def test_a_room_and_a_module_that_went_meanwhile_do_not_keep_a_cohort_closed():
    cohort, room = cohorts.draft_cohort(), cohorts.room("Sala")
    fields = {"module_key": room_key(), "module_title": "Modulo tolto", "venue": room}
    services.lay_sessions(cohort=cohort, meetings=meetings(coming(), 1, **fields), by=None)
    room.active = False
    room.save()
    session = services.open_cohort(cohort=cohort, by=None).sessions.get()
    assert (session.venue, session.room, session.topic) == (None, "Sala", "Modulo tolto")


def room_key():
    from uuid import UUID

    return UUID(int=5)


# --- Moving ----------------------------------------------------------------------------------
@pytest.fixture
def laid():
    cohort = cohorts.cohort()
    services.lay_sessions(cohort=cohort, meetings=meetings(coming(), 3), by=None)
    return cohort


def moves_to(cohort, first: date) -> list[services.Move]:
    return [
        services.Move(row.session.pk, row.session.sequence, row.starts_at, row.ends_at)
        for row in shifted_to(movable(cohort), first).rows
    ]


def test_moving_keeps_uid_and_writes_each_person_one_letter(
    laid, django_capture_on_commit_callbacks
):
    learner, other = cohorts.learner(laid), cohorts.learner(laid, people.person(language="en"))
    before = {row.pk: row.uid for row in laid.sessions.all()}
    moves = moves_to(laid, coming(4))
    by = people.administrator()
    with django_capture_on_commit_callbacks(execute=True):
        services.move_sessions(cohort=laid, moves=moves, by=by)
    rows = list(laid.sessions.order_by("number"))
    assert {row.pk: row.uid for row in rows} == before
    assert [row.sequence for row in rows] == [1, 1, 1]
    assert days_of(rows) == [coming(4), coming(5), coming(6)]
    assert sorted(m.to for m in mail.outbox) == sorted([[learner.user.email], [other.user.email]])
    italian = next(m for m in mail.outbox if m.to == [learner.user.email])
    assert "3 incontri di Corso di prova sono stati spostati" in italian.subject
    assert italian.body.count("Prima:") == 3
    log = ModelLogEntry.objects.get(action="cohorts.move_sessions")
    assert [row["number"] for row in log.data["sessions"]] == [1, 2, 3]


def test_a_second_click_on_what_was_seen_moves_and_writes_nothing(
    laid, django_capture_on_commit_callbacks
):
    cohorts.learner(laid)
    moves = moves_to(laid, coming(4))
    with django_capture_on_commit_callbacks(execute=True):
        services.move_sessions(cohort=laid, moves=moves, by=None)
        with pytest.raises(DomainError) as refusal:
            services.move_sessions(cohort=laid, moves=moves, by=None)
        again = moves_to(laid, coming(4))
        assert services.move_sessions(cohort=laid, moves=again, by=None) == []
    assert (refusal.value.code, len(mail.outbox)) == ("session_changed", 1)


def test_one_that_has_begun_keeps_all_where_they_are(laid):
    moves = moves_to(laid, coming(4))
    now = moment(coming(), 18)
    with pytest.raises(DomainError) as refusal:
        services.move_sessions(cohort=laid, moves=moves, by=None, at=now)
    assert refusal.value.code == "session_begun"
    with pytest.raises(DomainError) as refusal:
        services.move_sessions(
            cohort=laid, moves=moves_to(laid, timezone.localdate() - timedelta(days=3)), by=None
        )
    assert refusal.value.code == "starts_in_the_past"
    assert days_of(laid.sessions.order_by("number")) == [coming(2), coming(3), coming(4)]


def test_only_those_that_change_are_counted(laid, django_capture_on_commit_callbacks):
    Closure.objects.create(first_day=coming(3), last_day=coming(3), reason="Trasloco")
    cohorts.learner(laid)
    with django_capture_on_commit_callbacks(execute=True):
        moved = services.move_sessions(cohort=laid, moves=moves_to(laid, coming(2)), by=None)
    # The second stands on a day that became a day off, so it and the next go a week on.
    assert [row.number for row in moved] == [2, 3]
    assert mail.outbox[0].subject.startswith("2 incontri")


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_administrators_moving_at_once_move_once(run_together):
    cohort = cohorts.cohort()
    services.lay_sessions(cohort=cohort, meetings=meetings(coming(), 3), by=None)
    one, two = moves_to(cohort, coming(4)), moves_to(cohort, coming(6))

    def move(moves):
        try:
            return len(services.move_sessions(cohort=cohort, moves=moves, by=None))
        except DomainError as refusal:
            return refusal.code

    results = run_together([lambda: move(one), lambda: move(two)])
    assert sorted(results, key=str) == [3, "session_changed"]
    assert [row.sequence for row in cohort.sessions.all()] == [1, 1, 1]


# --- Once more -------------------------------------------------------------------------------
def finished() -> Cohort:
    """Three Tuesdays in autumn 2025; 9 December is the last of them, since the house was closed on the 2nd."""
    cohort = cohorts.cohort(
        "MC-VECCHIA-2025", seats=12, applications_open_on=date(2025, 9, 1),
        applications_close_on=date(2025, 10, 31), starts_on=date(2025, 11, 18),
        ends_on=date(2025, 12, 23), attendance_threshold=80,
    )  # fmt: skip
    Closure.objects.create(
        first_day=date(2025, 12, 2), last_day=date(2025, 12, 2), reason="Lavori in casa"
    )
    modules = list(cohort.modules.order_by("position"))
    for number, day in enumerate([date(2025, 11, 18), date(2025, 11, 25), date(2025, 12, 9)]):
        cohorts.session(
            cohort, starts_at=moment(day), minutes=130, break_minutes=10, module=modules[number // 2],
            venue=cohorts.room(f"Sala {number}"),
        )  # fmt: skip
    return services.set_seats(cohort=cohort, seats=12, pools={PoolKind.STUDENTS: 4}, by=None)


def test_an_old_cohort_held_once_more_moves_every_day_and_skips_the_days_off():
    source = finished()
    teacher, gone = cohorts.teacher(source), cohorts.teacher(source)
    cohorts.teacher(source, StaffFunction.INSPECTOR)
    source.sessions.get(number=1).teachers.set([teacher, gone])
    rows = source.staff.exclude(user=gone)
    new = services.rerun_cohort(
        source=source, code="MC-NUOVA-2026", starts_on=date(2026, 11, 24), staff=rows, by=None
    )
    assert (new.opened_at, new.course, new.seats, new.attendance_threshold) == (
        None, source.course, 12, 80,
    )  # fmt: skip
    assert (new.applications_open_on, new.applications_close_on) == (
        date(2026, 9, 7), date(2026, 11, 6),
    )  # fmt: skip
    # 8 December is a holiday; the gap of the old closure is not repeated.
    planned = list(new.planned_sessions.order_by("position"))
    assert days_of(planned) == [date(2026, 11, 24), date(2026, 12, 1), date(2026, 12, 15)]
    assert [timezone.localtime(row.starts_at).hour for row in planned] == [18, 18, 18]
    assert new.ends_on == date(2026, 12, 29)
    assert [(row.kind, row.seats) for row in new.pools.all()] == [("students", 4)]
    assert [(row.user, row.function) for row in new.staff.all()] == [(teacher, "docente")]
    assert list(planned[0].teachers.all()) == [teacher]
    opened = services.open_cohort(cohort=new, by=None)
    sessions = list(opened.sessions.select_related("module").order_by("number"))
    assert [row.module.position for row in sessions] == [1, 1, 2]
    assert [row.breaks.count() for row in sessions] == [1, 1, 1]
    assert [row.room for row in sessions] == ["Sala 0", "Sala 1", "Sala 2"]


def test_the_hour_stays_when_the_new_cohort_meets_in_summer_time():
    source = finished()
    days = rerun_of(source, date(2027, 3, 16))
    starts = [row.starts_at for row in days.sessions.rows]
    assert [(start.hour, f"{start:%d/%m}") for start in starts] == [
        (18, "16/03"), (18, "23/03"), (18, "30/03"),
    ]  # fmt: skip
    assert starts[0].utcoffset() != starts[2].utcoffset()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"code": "minuscolo"}, "bad_code"),
        ({"code": "MC-VECCHIA-2025"}, "code_taken"),
    ],
)
def test_a_code_that_cannot_be_is_refused(change, code):
    with pytest.raises(DomainError) as refusal:
        services.rerun_cohort(source=finished(), starts_on=date(2026, 11, 24), by=None, **change)
    assert (refusal.value.code, Cohort.objects.count()) == (code, 1)


def test_a_remote_session_asks_for_a_link_of_its_own():
    source = finished()
    old = "https://aula.example/vecchia"
    source.sessions.filter(number=2).update(mode=Mode.HYBRID, link=old)
    fields = {"source": source, "code": "MC-NUOVA-2026", "starts_on": date(2026, 11, 24)}
    with pytest.raises(DomainError) as refusal:
        services.rerun_cohort(**fields, by=None)
    assert (refusal.value.code, Cohort.objects.count()) == ("needs_link", 1)
    new = services.rerun_cohort(**fields, by=None, link="https://aula.example/nuova")
    links = list(new.planned_sessions.order_by("position").values_list("link", flat=True))
    assert links == ["", "https://aula.example/nuova", ""]


# --- The pages -------------------------------------------------------------------------------
@pytest.fixture
def desk(client):
    client.force_login(people.administrator(is_superuser=True))
    return client


def seen_in(page: str) -> str:
    return page.split('name="seen" value="')[1].split('"')[0]


def planner_data(**change) -> dict:
    data = {
        "first_day": coming(), "from_1": "18:00", "to_1": "20:10", "break_after": 60,
        "break_minutes": 10, "mode": "house",
    }  # fmt: skip
    return data | change


def test_the_planner_shows_and_then_lays(desk):
    cohort, room = cohorts.cohort(), cohorts.room("Sala Sole")
    Closure.objects.create(first_day=coming(3), last_day=coming(3), reason="Trasloco")
    url = reverse("cohorts_admin:planner", args=[cohort.pk])
    assert "Modulo 1 · 4" in desk.get(url).text
    data = planner_data(venue=room.pk)
    page = desk.post(url, data | {"preview": ""}).text
    assert "Trasloco" in page
    assert cohort.sessions.count() == 0
    stale = desk.post(url, data | {"commit": "", "seen": "0" * 64})
    assert (stale.status_code, cohort.sessions.count()) == (422, 0)
    done = desk.post(url, data | {"commit": "", "seen": seen_in(page)})
    assert done.status_code == 302
    rows = list(cohort.sessions.order_by("number"))
    assert days_of(rows) == [coming(2), coming(4), coming(5), coming(6)]
    assert {row.venue for row in rows} == {room}
    assert "già" in desk.get(url).text


def test_a_clash_is_shown_and_has_to_be_meant(desk, taken):
    other, room, teacher = taken
    cohort = cohorts.cohort(course=other.course)
    services.assign_staff(cohort=cohort, user=teacher, function="docente", by=None)
    url = reverse("cohorts_admin:planner", args=[cohort.pk])
    data = planner_data(venue=room.pk, teachers=[teacher.pk])
    page = desk.post(url, data | {"preview": ""}).text
    assert page.count("MC-PROVA-2026-9 · 1") == 2
    data |= {"commit": "", "seen": seen_in(page)}
    assert desk.post(url, data).status_code == 422
    assert cohort.sessions.count() == 0
    assert desk.post(url, data | {"accept_clashes": "on"}).status_code == 302
    assert cohort.sessions.count() == 4


@pytest.mark.parametrize(
    "change",
    [
        {"from_1": "", "to_1": ""},
        {"to_1": ""},
        {"to_1": "18:10"},
        {"first_day": "2999-01-01"},
        {"mode": "remote"},
    ],
)
def test_hours_that_make_no_sense_come_back(desk, change):
    cohort = cohorts.cohort()
    url = reverse("cohorts_admin:planner", args=[cohort.pk])
    response = desk.post(url, planner_data(**change) | {"preview": ""})
    assert (response.status_code, "plan-rows" in response.text) == (422, False)


def test_sessions_are_moved_after_a_look(desk, laid):
    url = reverse("cohorts_admin:move_all", args=[laid.pk])
    second = laid.sessions.get(number=2)
    data = {"first": second.pk, "how": "by", "amount": 1, "unit": "weeks"}
    page = desk.post(url, data | {"preview": ""}).text
    assert days_of(laid.sessions.order_by("number")) == [coming(2), coming(3), coming(4)]
    assert desk.post(url, data | {"commit": "", "seen": seen_in(page)}).status_code == 302
    assert days_of(laid.sessions.order_by("number")) == [coming(2), coming(4), coming(5)]


def test_sessions_are_moved_onto_other_hours(desk, laid):
    url = reverse("cohorts_admin:move_all", args=[laid.pk])
    data = {
        "first": laid.sessions.get(number=1).pk, "how": "onto", "unit": "weeks",
        "first_day": coming(3), "from_2": "9:30", "from_4": "14:00",
    }  # fmt: skip
    page = desk.post(url, data | {"preview": ""}).text
    assert desk.post(url, data | {"commit": "", "seen": seen_in(page)}).status_code == 302
    starts = [timezone.localtime(row.starts_at) for row in laid.sessions.order_by("number")]
    assert [(row.weekday(), row.hour, row.minute) for row in starts] == [
        (2, 9, 30), (4, 14, 0), (2, 9, 30),
    ]  # fmt: skip
    assert desk.post(url, data | {"how": "onto", "first_day": "", "preview": ""}).status_code == 422


def test_a_cohort_is_held_once_more_after_a_look(desk):
    source = finished()
    row = CohortStaff.objects.get(user=cohorts.teacher(source))
    url = reverse("cohorts_admin:rerun", args=[source.pk])
    assert desk.get(url).status_code == 200
    data = {"code": "MC-NUOVA-2026", "starts_on": "2026-11-24", "staff": [row.pk]}
    page = desk.post(url, data | {"preview": ""}).text
    assert "Immacolata" in page
    assert Cohort.objects.count() == 1
    done = desk.post(url, data | {"commit": "", "seen": seen_in(page)}, follow=True)
    assert "MC-NUOVA-2026" in done.text
    new = Cohort.objects.get(code="MC-NUOVA-2026")
    sessions = desk.get(reverse("cohorts_admin:sessions", args=[new.pk])).text
    assert "24" in sessions
    assert new.planned_sessions.count() == 3
    assert desk.post(url, data | {"preview": ""}).status_code == 422
    draft = reverse("cohorts_admin:rerun", args=[new.pk])
    assert desk.get(draft).status_code == 302


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize(("name", "queries"), [("planner", 13), ("move_all", 9), ("rerun", 10)])
def test_queries_of_the_pages_are_constant(desk, django_assert_num_queries, name, queries, number):
    cohort = cohorts.cohort(course=curriculum.course(modules=number, lessons=1))
    services.lay_sessions(cohort=cohort, meetings=meetings(coming(), number), by=None)
    for _number in range(number):
        cohorts.teacher(cohort)
    url = reverse(f"cohorts_admin:{name}", args=[cohort.pk])
    desk.get(url)
    with django_assert_num_queries(queries):
        desk.get(url)
