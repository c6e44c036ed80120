from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.utils import timezone

from lms.cohorts import services
from lms.cohorts.choices import Mode
from lms.core.errors import DomainError
from tests.factories import cohorts

pytestmark = pytest.mark.django_db
ROME = ZoneInfo("Europe/Rome")


def tomorrow(hour: int = 18):
    day = timezone.localdate() + timedelta(days=1)
    return datetime(day.year, day.month, day.day, hour, tzinfo=ROME)


def test_schedule_session_numbers_in_order():
    cohort = cohorts.cohort()
    first = cohorts.session(cohort, starts_at=tomorrow(9), break_minutes=15)
    second = cohorts.session(cohort, starts_at=tomorrow(18))
    assert [first.number, second.number] == [1, 2]
    assert first.breaks.get().ends_at - first.breaks.get().starts_at == timedelta(minutes=15)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"ends_at": tomorrow(17)}, "times_reversed"),
        ({"breaks": [(tomorrow(17), tomorrow(19))]}, "break_outside"),
        ({"mode": Mode.REMOTE}, "needs_link"),
    ],
)
def test_schedule_session_refuses(change, code):
    fields = {"starts_at": tomorrow(18), "ends_at": tomorrow(21)} | change
    with pytest.raises(DomainError) as refusal:
        services.schedule_session(cohort=cohorts.cohort(), by=None, **fields)
    assert refusal.value.code == code


def test_schedule_session_of_a_draft_is_refused():
    with pytest.raises(DomainError) as refusal:
        cohorts.session(cohorts.draft_cohort())
    assert refusal.value.code == "cohort_not_open"


def test_weekly_sessions_keep_their_hour_across_daylight_saving():
    start = datetime(2027, 3, 18, 18, tzinfo=ROME)
    sessions = services.schedule_weekly(
        cohort=cohorts.cohort(),
        times=3,
        starts_at=start,
        ends_at=start + timedelta(hours=3),
        by=None,
    )
    local = [s.starts_at.astimezone(ROME) for s in sessions]
    assert [(d.day, d.hour, d.utcoffset().seconds // 3600) for d in local] == [
        (18, 18, 1),
        (25, 18, 1),
        (1, 18, 2),
    ]


def test_move_session_tells_everyone_once(django_capture_on_commit_callbacks):
    cohort = cohorts.cohort()
    learner = cohorts.learner(cohort)
    session = cohorts.session(cohort, starts_at=tomorrow(), break_minutes=10)
    change = {"starts_at": tomorrow(19), "ends_at": tomorrow(22), "room": "Sala Sole"}
    with django_capture_on_commit_callbacks(execute=True):
        moved = services.move_session(session=session, by=None, **change)
        services.move_session(session=session, by=None, **change)
    assert moved.sequence == 1
    assert moved.breaks.get().starts_at == tomorrow(20) + timedelta(minutes=30)
    assert [m.to for m in mail.outbox] == [[learner.user.email]]
    assert "Sala Sole" in mail.outbox[0].body
    assert "19:00" in mail.outbox[0].body


@pytest.mark.parametrize("change", [{"mode": Mode.HYBRID}, {"mode": Mode.REMOTE, "link": ""}])
def test_move_session_to_remote_needs_a_link(change):
    session = cohorts.session(cohorts.cohort(), starts_at=tomorrow())
    times = {"starts_at": session.starts_at, "ends_at": session.ends_at}
    with pytest.raises(DomainError) as refusal:
        services.move_session(session=session, by=None, **times, **change)
    assert refusal.value.code == "needs_link"


def test_move_session_that_began_is_refused():
    session = cohorts.session(cohorts.cohort())
    with pytest.raises(DomainError) as refusal:
        services.move_session(session=session, starts_at=tomorrow(), ends_at=tomorrow(21), by=None)
    assert refusal.value.code == "session_begun"


def test_cancel_session_tells_everyone_once(django_capture_on_commit_callbacks):
    cohort = cohorts.cohort()
    cohorts.learner(cohort)
    session = cohorts.session(cohort, starts_at=tomorrow())
    with django_capture_on_commit_callbacks(execute=True):
        services.cancel_session(session=session, reason="Sciopero dei mezzi", by=None)
        services.cancel_session(session=session, reason="Sciopero dei mezzi", by=None)
    session.refresh_from_db()
    assert (session.sequence, session.cancel_reason) == (1, "Sciopero dei mezzi")
    assert len(mail.outbox) == 1
    assert "Sciopero dei mezzi" in mail.outbox[0].body


def test_move_session_after_cancelling_is_refused():
    session = cohorts.session(cohorts.cohort(), starts_at=tomorrow())
    services.cancel_session(session=session, reason="", by=None)
    with pytest.raises(DomainError) as refusal:
        services.move_session(session=session, starts_at=tomorrow(), ends_at=tomorrow(21), by=None)
    assert refusal.value.code == "session_cancelled"
