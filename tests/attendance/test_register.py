"""Taking and signing a register: what is written, every refusal, repetition, two teachers at once."""

from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone
from wagtail.models import ModelLogEntry

from lms.attendance import services
from lms.attendance.choices import Channel, SheetStatus, Source
from lms.attendance.models import PresenceInterval, RegisterSheet
from lms.attendance.summary import Presence, attendance_of_cohort
from lms.cohorts import services as cohort_services
from lms.core.errors import DomainError
from tests.factories import cohorts
from tests.factories.attendance import ended, minutes_in, taken

pytestmark = pytest.mark.django_db


@pytest.fixture
def room():
    """A cohort with two learners, its teacher and a session of three hours that is over."""

    class Room:
        cohort = cohorts.cohort()
        teacher = cohorts.teacher(cohort)
        first = cohorts.learner(cohort, joined_on=cohort.starts_on)
        second = cohorts.learner(cohort, joined_on=cohort.starts_on)
        session = cohorts.session(cohort)

    return Room


def intervals(session):
    rows = PresenceInterval.objects.filter(session=session).order_by("enrolment", "in_at")
    return [(row.enrolment_id, row.in_at, row.out_at, row.channel) for row in rows]


def refusal(call, *args, **kwargs) -> str:
    with pytest.raises(DomainError) as caught:
        call(*args, **kwargs)
    assert str(caught.value)
    return caught.value.code


def mark(room, *entries, **extra):
    return services.mark_register(session=room.session, entries=entries, by=room.teacher, **extra)


def sign(room, **extra):
    asked = {"actual_start": room.session.starts_at, "actual_end": room.session.ends_at}
    asked |= {"by": room.teacher, "at": ended(room.session)} | extra
    return services.sign_register(session=room.session, **asked)


def test_marking_writes_what_the_teacher_said_and_logs_it(room):
    s = room.session
    sheet = mark(
        room,
        services.whole(room.first, s),
        services.between(room.second, minutes_in(s, 25), s.ends_at, Channel.REMOTE),
    )
    assert (sheet.status, sheet.version, sheet.saved_by) == (SheetStatus.OPEN, 1, room.teacher)
    assert intervals(s) == [
        (room.first.pk, s.starts_at, s.ends_at, "house"),
        (room.second.pk, minutes_in(s, 25), s.ends_at, "remote"),
    ]
    entry = ModelLogEntry.objects.get(action="attendance.mark_register")
    assert entry.user == room.teacher
    assert [row["enrolment"] for row in entry.data["entries"]] == [room.first.pk, room.second.pk]


def test_marking_again_changes_nothing(room):
    first = mark(room, services.whole(room.first, room.session))
    again = mark(room, services.whole(room.first, room.session), version=0)
    assert (again.pk, again.version) == (first.pk, 1)
    assert len(intervals(room.session)) == 1
    assert ModelLogEntry.objects.filter(action="attendance.mark_register").count() == 1


def test_marking_leaves_the_other_learners_alone(room):
    mark(room, services.whole(room.first, room.session), services.whole(room.second, room.session))
    mark(room, services.absent(room.second))
    assert [row[0] for row in intervals(room.session)] == [room.first.pk]


def test_an_unchanged_interval_keeps_its_source(room):
    s = room.session
    early = Presence(s.starts_at, minutes_in(s, 60))
    mark(room, services.Entry(room.first, (early,)), source=Source.QR, proof="codice 17")
    late = Presence(minutes_in(s, 90), s.ends_at)
    mark(room, services.Entry(room.first, (early, late)))
    rows = PresenceInterval.objects.order_by("in_at").values_list("source", "proof")
    assert list(rows) == [("qr", "codice 17"), ("teacher", "")]


def test_all_present_is_one_tap(room):
    s = room.session
    sheet = services.mark_all_present(session=s, by=room.teacher)
    assert sheet.version == 1
    assert intervals(s) == [
        (room.first.pk, s.starts_at, s.ends_at, "house"),
        (room.second.pk, s.starts_at, s.ends_at, "house"),
    ]
    assert services.mark_all_present(session=s, by=room.teacher).version == 1


def test_all_present_keeps_exceptions_excuses_and_later_joiners(room):
    s = room.session
    excused = cohorts.learner(room.cohort, joined_on=room.cohort.starts_on)
    later = cohorts.learner(room.cohort, joined_on=timezone.localdate() + timedelta(days=3))
    services.record_excuse(enrolment=excused, session=s, reason="Lutto", by=room.teacher)
    mark(room, services.between(room.first, minutes_in(s, 25), s.ends_at))
    services.mark_all_present(session=s, by=room.teacher, entries=[services.absent(room.second)])
    assert [(row[0], row[1]) for row in intervals(s)] == [(room.first.pk, minutes_in(s, 25))]
    assert later.pk not in {row[0] for row in intervals(s)}


def test_all_present_at_a_remote_session_is_remote(room):
    remote = cohorts.session(room.cohort, mode="remote", link="https://incontro.example/7")
    services.mark_all_present(session=remote, by=room.teacher)
    assert {row[3] for row in intervals(remote)} == {"remote"}


def test_a_cancelled_session_has_no_register(room):
    later = cohorts.session(room.cohort, starts_at=timezone.now() + timedelta(days=2))
    cohort_services.cancel_session(session=later, reason="Sciopero", by=None)
    later.refresh_from_db()
    asked = {"session": later, "by": room.teacher}
    entries = [services.whole(room.first, later)]
    assert refusal(services.mark_register, entries=entries, **asked) == "session_cancelled"
    assert refusal(services.mark_all_present, **asked) == "session_cancelled"


def test_a_register_opens_half_an_hour_before(room):
    s = room.session
    asked = {"session": s, "by": room.teacher}
    early = s.starts_at - timedelta(minutes=31)
    assert refusal(services.mark_all_present, at=early, **asked) == "too_early"
    assert services.mark_all_present(at=s.starts_at - timedelta(minutes=30), **asked).version == 1


@pytest.mark.parametrize(
    ("start", "end", "code"),
    [
        (60, 60, "times_reversed"),
        (90, 60, "times_reversed"),
        (-121, 60, "outside_session"),
        (60, 301, "outside_session"),
        (180, 200, "outside_session"),
        (-60, 0, "outside_session"),
    ],
)
def test_times_that_cannot_be_are_refused(room, start, end, code):
    s = room.session
    entry = services.between(room.first, minutes_in(s, start), minutes_in(s, end))
    assert refusal(mark, room, entry) == code
    assert not PresenceInterval.objects.exists()


def test_intervals_of_one_learner_do_not_overlap(room):
    s = room.session
    stays = (
        Presence(s.starts_at, minutes_in(s, 90)),
        Presence(minutes_in(s, 60), s.ends_at),
    )
    assert refusal(mark, room, services.Entry(room.first, stays)) == "intervals_overlap"


def test_strangers_and_those_who_left_are_refused(room):
    s = room.session
    other = cohorts.cohort("MC-ALTRA-2026-1", course=room.cohort.course)
    foreign = cohorts.learner(other)
    assert refusal(mark, room, services.whole(foreign, s)) == "not_in_cohort"
    gone = timezone.localdate(s.starts_at) - timedelta(days=1)
    cohort_services.withdraw(enrolment=room.first, on=gone, reason="Lavoro", by=None)
    assert refusal(mark, room, services.whole(room.first, s)) == "withdrawn"
    services.mark_all_present(session=s, by=room.teacher)
    assert [row[0] for row in intervals(s)] == [room.second.pk]


def test_an_empty_or_doubled_register_is_refused(room):
    assert refusal(mark, room) == "nothing_marked"
    twice = [services.absent(room.first), services.whole(room.first, room.session)]
    assert refusal(mark, room, *twice) == "marked_twice"


def test_a_refused_register_writes_nothing(room):
    s = room.session
    bad = services.between(room.second, s.ends_at, s.starts_at)
    assert refusal(mark, room, services.whole(room.first, s), bad) == "times_reversed"
    assert not PresenceInterval.objects.exists()
    assert not RegisterSheet.objects.filter(version__gt=0).exists()


def test_a_stale_version_is_a_conflict_that_names_who_saved(room):
    other = cohorts.teacher(room.cohort)
    mark(room, services.absent(room.first), version=0)
    with pytest.raises(DomainError) as caught:
        services.mark_register(
            session=room.session,
            entries=[services.whole(room.first, room.session)],
            by=other,
            version=0,
        )
    assert caught.value.code == "conflict"
    assert str(room.teacher) in str(caught.value)
    assert intervals(room.session) == []


def test_signing_gives_the_delivered_minutes(room):
    s = room.session
    taken(s, by=room.teacher)
    sheet = sign(room, actual_start=minutes_in(s, 15), actual_end=minutes_in(s, 165), version=1)
    assert (sheet.status, sheet.signed_by, sheet.version) == ("signed", room.teacher, 2)
    rows = attendance_of_cohort(room.cohort)[room.first.pk].rows
    assert [(row.planned, row.delivered, row.credited) for row in rows] == [(180, 150, 150)]


def test_whole_presences_follow_the_real_times_and_others_do_not(room):
    s = room.session
    mark(
        room,
        services.whole(room.first, s),
        services.between(room.second, minutes_in(s, 25), minutes_in(s, 100)),
    )
    sign(
        room,
        actual_start=minutes_in(s, 15),
        actual_end=minutes_in(s, 195),
        at=minutes_in(s, 200),
    )
    assert [(row[1], row[2]) for row in intervals(s)] == [
        (minutes_in(s, 15), minutes_in(s, 195)),
        (minutes_in(s, 25), minutes_in(s, 100)),
    ]
    credited = {k: v.attended for k, v in attendance_of_cohort(room.cohort).items()}
    assert credited == {room.first.pk: 180, room.second.pk: 75}


def test_signing_can_carry_the_last_changes(room):
    taken(room.session, by=room.teacher)
    sheet = sign(room, entries=[services.absent(room.first)], version=1)
    assert (sheet.status, [row[0] for row in intervals(room.session)]) == (
        "signed",
        [room.second.pk],
    )


def test_a_register_is_not_signed_before_the_real_end(room):
    taken(room.session, by=room.teacher)
    almost = room.session.ends_at - timedelta(minutes=1)
    assert refusal(sign, room, at=almost) == "too_early"
    assert sign(room, actual_end=almost, at=almost).status == "signed"


def test_a_register_is_taken_before_it_is_signed(room):
    assert refusal(sign, room) == "not_taken"


def test_a_signature_needs_times_that_can_be(room):
    s = room.session
    taken(s, by=room.teacher)
    assert refusal(sign, room, actual_end=s.starts_at) == "times_reversed"
    late = minutes_in(s, 400)
    assert refusal(sign, room, actual_end=late, at=late) == "outside_session"
    assert refusal(sign, room, version=0) == "conflict"


def test_a_signed_register_takes_no_more_changes(room):
    taken(room.session, by=room.teacher)
    sign(room)
    assert refusal(mark, room, services.absent(room.first)) == "signed"
    asked = {"session": room.session, "by": room.teacher}
    assert refusal(services.mark_all_present, **asked) == "signed"
    assert refusal(sign, room, by=cohorts.teacher(room.cohort)) == "signed"


def test_signing_again_changes_nothing(room):
    taken(room.session, by=room.teacher)
    first = sign(room)
    again = sign(room, version=0)
    assert (again.version, again.signed_at) == (first.version, first.signed_at)
    assert ModelLogEntry.objects.filter(action="attendance.sign_register").count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_teachers_at_once_lose_no_change(run_together):
    """Both save another row from the same version: one is written, the other is told and tries again."""
    cohort = cohorts.cohort()
    teachers = [cohorts.teacher(cohort), cohorts.teacher(cohort)]
    learners = [cohorts.learner(cohort), cohorts.learner(cohort)]
    session = cohorts.session(cohort)
    calls = [
        partial(
            services.mark_register,
            session=session,
            entries=[services.whole(learner, session)],
            by=teacher,
            version=0,
        )
        for learner, teacher in zip(learners, teachers, strict=True)
    ]
    results = run_together(calls)
    refused = [result for result in results if isinstance(result, DomainError)]
    assert [error.code for error in refused] == ["conflict"]
    assert len(intervals(session)) == 1
    for learner, teacher in zip(learners, teachers, strict=True):
        services.mark_register(
            session=session, entries=[services.whole(learner, session)], by=teacher
        )
    assert {row[0] for row in intervals(session)} == {learner.pk for learner in learners}


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_the_same_post_many_times_at_once_is_one_register(run_together):
    cohort = cohorts.cohort()
    teacher = cohorts.teacher(cohort)
    learners = [cohorts.learner(cohort) for _ in range(3)]
    session = cohorts.session(cohort)
    entries = [services.whole(learner, session) for learner in learners]
    call = partial(services.mark_register, session=session, entries=entries, by=teacher, version=0)
    assert [sheet.version for sheet in run_together([call] * 6)] == [1] * 6
    assert len(intervals(session)) == 3
