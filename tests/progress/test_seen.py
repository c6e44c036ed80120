"""Time on lessons: counted once for a person, over tabs, lessons and cohorts; late and repeated beacons add nothing."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from lms.cohorts import services as cohort_services
from lms.core.registries import registries
from lms.progress.models import SeenClock
from lms.progress.services import Beacon, see_lesson
from lms.progress.summary import progress_of, seen_minutes_of_cohort
from tests.factories import cohorts, curriculum
from tests.factories.cohorts import lessons_of
from tests.progress.test_release import address, refusal, signed_in

pytestmark = pytest.mark.django_db

START = timezone.now().replace(microsecond=0)


@pytest.fixture
def see(enrolment):
    """`see(at, visit, number, seconds)`: the seconds of the lesson so far."""
    visits = {name: uuid.uuid4() for name in "ABC"}
    lessons = lessons_of(enrolment.cohort)

    def see(at, visit, number, seconds, place=0, **facts):
        beacon = Beacon(visits[visit], number, seconds=seconds, **facts)
        row = see_lesson(
            enrolment=enrolment,
            lesson=lessons[place],
            beacon=beacon,
            at=START + timedelta(seconds=at),
        )
        return row.seen_seconds

    return see


def test_what_was_seen_is_added(see):
    assert [see(45, "A", 1, 45), see(90, "A", 2, 45), see(100, "A", 3, 5)] == [45, 90, 95]


def test_one_beacon_adds_at_most_its_cap(see):
    assert see(0, "A", 1, 3600) == 90


def test_no_more_than_the_time_that_has_passed(see):
    see(0, "A", 1, 45)
    assert see(10, "A", 2, 45) == 55


def test_two_tabs_count_once_over_all_lessons(see, enrolment):
    assert see(45, "A", 1, 45) == 45
    assert see(45, "B", 1, 45, place=1) == 0
    assert see(60, "B", 2, 45, place=1) == 15
    assert progress_of(enrolment).seen_minutes == 1


def test_two_cohorts_of_one_person_count_once(see, enrolment):
    other = cohorts.learner(
        cohorts.cohort("MC-ALTRO-2026-1", course=curriculum.course("MC-ALTRO")), enrolment.user
    )
    see(45, "A", 1, 45)
    row = see_lesson(
        enrolment=other,
        lesson=lessons_of(other.cohort)[0],
        beacon=Beacon(uuid.uuid4(), 1, seconds=45),
        at=START + timedelta(seconds=50),
    )
    assert row.seen_seconds == 5


def test_a_second_tab_that_opens_takes_nothing_from_the_first(see):
    see(40, "B", 1, 0, place=1)
    assert see(45, "A", 1, 45) == 45


def test_again_and_out_of_order_add_nothing(see, enrolment):
    see(45, "A", 2, 45, position=300)
    before = enrolment.lesson_progress.get()
    assert see(200, "A", 2, 45, position=900) == 45
    assert see(300, "A", 1, 45, position=900) == 45
    row = enrolment.lesson_progress.get()
    assert (row.position, row.updated_at) == (300, before.updated_at)


def test_what_was_kept_without_network_counts_for_its_own_time(see):
    see(0, "A", 1, 45)
    assert see(600, "A", 2, 45, age=500) == 90
    assert see(600, "A", 3, 45, age=455) == 135
    assert see(600, "A", 4, 45) == 180


def test_what_comes_after_a_later_moment_was_counted_adds_nothing(see):
    see(600, "A", 1, 45)
    assert see(601, "B", 1, 45, place=1, age=300) == 0


def test_what_is_older_than_half_a_day_adds_nothing(see, enrolment):
    assert see(0, "A", 1, 45, age=12 * 3600 + 1) == 0
    assert see(1, "A", 2, 45, age=12 * 3600) == 45


def test_a_late_beacon_does_not_move_the_place_back(see, enrolment):
    see(600, "A", 1, 10, position=700)
    see(610, "B", 1, 10, position=100, age=500)
    assert enrolment.lesson_progress.get().position == 700


def test_the_place_is_a_block_and_how_far_into_it(enrolment):
    block = uuid.UUID(lessons_of(enrolment.cohort)[0].lesson.body[0].id)
    beacon = Beacon(uuid.uuid4(), 1, position=400, place=block, place_position=250)
    see_lesson(enrolment=enrolment, lesson=lessons_of(enrolment.cohort)[0], beacon=beacon)
    page = signed_in(enrolment.user)
    for language in ("/it/", "/en/"):
        text = page.get(address(enrolment.cohort, place=0).replace("/it/", language))
        assert (
            f'data-lesson-place="{block}" data-lesson-place-position="250"' in text.content.decode()
        )


def test_who_has_withdrawn_is_counted_nothing(enrolment):
    cohort_services.withdraw(enrolment=enrolment, on=timezone.localdate(), reason="", by=None)
    enrolment.refresh_from_db()
    facts = {"lesson": lessons_of(enrolment.cohort)[0], "beacon": Beacon(uuid.uuid4(), 1)}
    assert refusal(see_lesson, enrolment=enrolment, **facts) == "not_enrolled"
    assert not SeenClock.objects.exists()


def test_only_the_last_pages_are_remembered(enrolment):
    lesson = lessons_of(enrolment.cohort)[0]
    for number in range(30):
        see_lesson(
            enrolment=enrolment,
            lesson=lesson,
            beacon=Beacon(uuid.UUID(int=number), 1),
            at=START + timedelta(seconds=number),
        )
    visits = [visit for visit, _number in SeenClock.objects.get().visits]
    assert visits == [uuid.UUID(int=number).hex for number in range(6, 30)]


@pytest.mark.parametrize(
    "data",
    [
        {"visit": "x", "number": "1"},
        {"visit": str(uuid.uuid4())},
        {"visit": str(uuid.uuid4()), "number": "0"},
        {"visit": str(uuid.uuid4()), "number": "1", "seconds": "-5"},
        {"visit": str(uuid.uuid4()), "number": "1", "age": "99999999"},
        {"visit": str(uuid.uuid4()), "number": "1", "parts": "x,y"},
        {"visit": str(uuid.uuid4()), "number": "1", "place_position": "1001"},
    ],
)
def test_bad_beacons_are_refused(enrolment, data):
    client = signed_in(enrolment.user)
    assert client.post(address(enrolment.cohort, "visit", 0), data).status_code == 400
    assert not SeenClock.objects.exists()


def test_a_beacon_is_answered_in_json_where_it_asks(enrolment):
    client = signed_in(enrolment.user)
    data = {"visit": str(uuid.uuid4()), "number": "1", "seconds": "30"}
    path = address(enrolment.cohort, "visit", 0)
    answer = client.post(path, data, HTTP_ACCEPT="application/json")
    assert answer.json() == {"done": False, "seconds": 30}
    assert client.post(path, data).status_code == 204
    assert enrolment.lesson_progress.get().seen_seconds == 30


def test_a_beacon_costs_few_queries(enrolment, django_assert_max_num_queries):
    client = signed_in(enrolment.user)
    visit, path = str(uuid.uuid4()), address(enrolment.cohort, "visit", 0)
    client.post(path, {"visit": visit, "number": "1", "seconds": "1"})
    with django_assert_max_num_queries(11):
        client.post(path, {"visit": visit, "number": "2", "seconds": "1"})


def test_minutes_are_for_others_to_read_and_leave_with_the_person(see, enrolment):
    see(90, "A", 1, 90)
    see(180, "A", 2, 90, place=1)
    assert seen_minutes_of_cohort(enrolment.cohort) == {enrolment.pk: 3}
    data = registries.personal_data
    assert [
        row["seen_seconds"] for row in data["progress.LessonProgress"].export(enrolment.user)
    ] == [90, 90]
    assert data["progress.SeenClock"].erase(enrolment.user) == 1
