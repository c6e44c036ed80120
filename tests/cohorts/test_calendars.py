"""The calendar files: four readers of four families find the same sessions in them."""

import re
import warnings
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from lms.cohorts import services
from lms.cohorts.choices import Mode
from lms.cohorts.ical import cohort_calendar, personal_calendar, time_zone
from lms.cohorts.summary import sessions_of
from tests.factories import cohorts, people

pytestmark = pytest.mark.django_db
ROME = ZoneInfo("Europe/Rome")
LINK = "https://incontri.example.org/segreto"
# What each reader is asked: start and end in UTC, status, sequence, summary, place, description.
Read = dict[str, tuple[datetime, datetime, str, int, str, str, str]]


# --- Four readers ---------------------------------------------------------------------------
def icalendar_reads(body: bytes) -> Read:
    from icalendar import Calendar

    return {
        str(e["uid"]): (
            e.decoded("dtstart").astimezone(UTC), e.decoded("dtend").astimezone(UTC),
            str(e["status"]), int(e["sequence"]), str(e["summary"]), str(e.get("location", "")),
            str(e["description"]),
        )
        for e in Calendar.from_ical(body).walk("VEVENT")
    }  # fmt: skip


def vobject_reads(body: bytes) -> Read:
    import vobject

    calendar = vobject.readOne(body.decode())
    return {
        e.uid.value: (
            e.dtstart.value.astimezone(UTC), e.dtend.value.astimezone(UTC), e.status.value,
            int(e.sequence.value), e.summary.value,
            e.location.value if hasattr(e, "location") else "", e.description.value,
        )
        for e in calendar.vevent_list
    }  # fmt: skip


def ics_reads(body: bytes) -> Read:
    from ics import Calendar

    return {
        e.uid: (
            e.begin.to("utc").datetime.astimezone(UTC), e.end.to("utc").datetime.astimezone(UTC),
            e.status, int(next(line.value for line in e.extra if line.name == "SEQUENCE")),
            e.name, e.location or "", e.description,
        )
        for e in Calendar(body.decode()).events
    }  # fmt: skip


def ical_reads(body: bytes) -> Read:
    from ical.calendar_stream import IcsCalendarStream

    return {
        e.uid: (
            e.dtstart.astimezone(UTC), e.dtend.astimezone(UTC), e.status.value, e.sequence,
            e.summary, e.location or "", e.description,
        )
        for e in IcsCalendarStream.calendar_from_ics(body.decode()).events
    }  # fmt: skip


READERS: list[Callable[[bytes], Read]] = [icalendar_reads, vobject_reads, ics_reads, ical_reads]


def rome(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=ROME)


def plan(cohort, starts_at: datetime, hours: float = 3, **fields):
    return cohorts.session(cohort, starts_at=starts_at, minutes=int(hours * 60), **fields)


@pytest.fixture
def calendar():
    """A cohort through two changes of the hour, with what is hard to write and to read."""
    cohort = cohorts.cohort("MC-PROVA-2026-7", place="Casa Cohub, via inventata 1; Milano")
    venue = cohorts.room("Sala “Sole”, piano 1; lato cortile")
    before = rome(2026, 10, 1, 9)
    weekly = services.schedule_weekly(
        cohort=cohort, times=3, starts_at=rome(2026, 10, 18, 18), by=None, venue=venue,
        ends_at=rome(2026, 10, 18, 21), topic="Chi invitare, e perché; con 李娜 🎉\\ e d’altri" * 3,
    )  # fmt: skip
    plan(cohort, rome(2026, 10, 24, 23), 5, topic="La notte dell’ora solare")
    # 02:30 comes twice on that night: this is the second.
    plan(cohort, datetime(2026, 10, 25, 1, 30, tzinfo=UTC), 1, topic="Due e mezza, di nuovo")
    plan(cohort, datetime(2026, 10, 25, 0, 30, tzinfo=UTC), 1, topic="Due e mezza")
    plan(
        cohort, rome(2027, 3, 27, 23), 5, topic="La notte dell’ora legale", mode="remote", link=LINK
    )
    off = plan(cohort, rome(2027, 3, 28, 18), topic="D’Amico-Šćepanović: O’Neill")
    services.cancel_session(session=off, reason="Neve\nsulle strade; molta", by=None, at=before)
    services.move_session(
        session=weekly[1], starts_at=rome(2026, 10, 29, 17, 30), ends_at=rome(2026, 10, 29, 20),
        venue=None, room="Cortile", by=None, at=before,
    )  # fmt: skip
    return cohort


def what_there_is(cohort) -> dict[str, tuple]:
    """Uid → start, end, status, sequence of the rows themselves."""
    return {
        f"{s.uid}@cohub": (
            s.starts_at, s.ends_at, "CANCELLED" if s.cancelled_at else "CONFIRMED", s.sequence
        )
        for s in cohort.sessions.all()
    }  # fmt: skip


def rows(cohort):
    return cohort.sessions.select_related("module", "venue").order_by("starts_at")


@pytest.mark.slow
def test_four_readers_find_the_same_sessions(calendar):
    body = cohort_calendar(calendar, rows(calendar))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the readers are others' affair
        found = [read(body) for read in READERS]
    expected = what_there_is(calendar)
    assert len(expected) == 8
    for read, result in zip(READERS, found, strict=True):
        assert {uid: row[:4] for uid, row in result.items()} == expected, read.__name__
    for read, result in zip(READERS[1:], found[1:], strict=True):
        assert result == found[0], read.__name__
    texts = {row[4] for row in found[0].values()}
    topics = {s.heading for s in calendar.sessions.all() if not s.cancelled_at}
    assert {f"{calendar.title} · {topic}" for topic in topics} < texts
    assert f"Annullato: {calendar.title} · D’Amico-Šćepanović: O’Neill" in texts
    assert "Sala “Sole”, piano 1; lato cortile, via inventata 1, Milano" in {
        row[5] for row in found[0].values()
    }
    assert any("Neve\nsulle strade; molta" in row[6] for row in found[0].values())


@pytest.mark.slow
def test_the_four_readers_agree_on_a_persons_calendar_in_english(calendar):
    user = people.person(language="en")
    cohorts.learner(calendar, user)
    with translation.override("en"):
        body = personal_calendar(sessions_of(user))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = [read(body) for read in READERS]
    assert found[1:] == found[:1] * 3
    assert {uid: row[:4] for uid, row in found[0].items()} == what_there_is(calendar)
    told = "\n".join(row[6] for row in found[0].values())
    remote = calendar.sessions.get(mode="remote")
    assert f"from 22:45: http://testserver/en/incontri/{remote.pk}/partecipa/" in told.replace(
        "http://127.0.0.1:8000", "http://testserver"
    )
    assert LINK not in body.decode()


def test_lines_are_folded_at_75_octets_and_end_as_the_standard_says(calendar):
    body = cohort_calendar(calendar, rows(calendar))
    lines = body.split(b"\r\n")
    assert b"\n" not in body.replace(b"\r\n", b"")
    assert max(len(line) for line in lines) <= 75
    for line in lines:
        line.decode()  # no character is cut in two
    assert lines[-1] == b""


def test_the_head_names_refresh_zone_and_calendar(calendar):
    body = cohort_calendar(calendar, rows(calendar)).decode().replace("\r\n ", "")
    for line in (
        "VERSION:2.0", "METHOD:PUBLISH", "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H", "X-WR-TIMEZONE:Europe/Rome", "TZID:Europe/Rome",
        f"NAME:{calendar.title} · MC-PROVA-2026-7", "GEO:45.464203;9.189982",
    ):  # fmt: skip
        assert line in body.split("\r\n")
    assert "VALARM" not in body


@pytest.mark.parametrize(
    ("year", "changes"),
    [
        (2026, ["20260329T020000", "20261025T030000"]),
        (2027, ["20270328T020000", "20271031T030000"]),
    ],
)
def test_the_zone_has_the_changes_that_there_are(year, changes):
    zone = time_zone(year, year)
    found = [part["dtstart"].to_ical().decode() for part in zone.subcomponents]
    assert found == [f"{year}0101T010000", *changes]
    assert [part["tzoffsetto"].to_ical() for part in zone.subcomponents] == [
        "+0100", "+0200", "+0100",
    ]  # fmt: skip


def test_a_cohorts_file_is_the_same_for_all_and_answers_304(client, calendar):
    address = reverse("cohorts:calendar", args=[calendar.code])
    public = client.get(address)
    client.force_login(cohorts.learner(calendar).user)
    inside = client.get(address)
    assert public.content == inside.content
    assert LINK not in public.text
    assert "partecipa" not in public.text
    again = client.get(address, headers={"If-None-Match": public["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    services.move_session(
        session=calendar.sessions.latest("starts_at")
        if calendar.sessions.latest("starts_at").cancelled_at is None
        else calendar.sessions.filter(cancelled_at=None).latest("starts_at"),
        starts_at=rome(2027, 4, 1, 9), ends_at=rome(2027, 4, 1, 10), by=None,
        at=rome(2026, 10, 1, 9),
    )  # fmt: skip
    changed = client.get(address, headers={"If-None-Match": public["ETag"]})
    assert changed.status_code == 200
    assert changed["ETag"] != public["ETag"]


def test_a_cancelled_cohort_tells_the_calendars_that_follow_it(client):
    cohort = cohorts.cohort()
    session = cohorts.session(cohort, starts_at=timezone.now() + timedelta(days=3))
    services.cancel_cohort(cohort=cohort, reason="Troppo pochi", by=None)
    found = icalendar_reads(client.get(reverse("cohorts:calendar", args=[cohort.code])).content)
    session.refresh_from_db()
    row = found[f"{session.uid}@cohub"]
    assert row[2] == "CANCELLED"
    assert row[3] > 0
    assert "Troppo pochi" in row[6] or session.cancel_reason in row[6]


def test_a_file_without_sessions_is_still_a_calendar(client):
    body = client.get(reverse("cohorts:calendar", args=[cohorts.cohort().code])).content
    assert icalendar_reads(body) == {}
    assert b"BEGIN:VTIMEZONE" in body


def test_a_remote_session_has_no_place():
    cohort = cohorts.cohort()
    services.schedule_session(
        cohort=cohort, by=None, mode=Mode.REMOTE, link=LINK, venue=cohorts.room(),
        starts_at=rome(2026, 12, 1, 18), ends_at=rome(2026, 12, 1, 20),
    )  # fmt: skip
    body = cohort_calendar(cohort, rows(cohort)).decode()
    assert re.search(r"^(LOCATION|GEO)", body, re.MULTILINE) is None
