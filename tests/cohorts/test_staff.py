"""Who works in a cohort sees that cohort and no other, to the last day and no longer."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from lms.attendance.rules import may_take_register
from lms.cohorts import rules, services
from lms.cohorts.choices import StaffFunction
from lms.cohorts.models import Cohort, CohortStaff, Enrolment
from lms.core.errors import DomainError
from tests.factories import cohorts, people

pytestmark = pytest.mark.django_db

TEACHING = [
    StaffFunction.TEACHER, StaffFunction.SUBSTITUTE, StaffFunction.TUTOR, StaffFunction.COORDINATOR,
]  # fmt: skip


def day(shift: int):
    return timezone.localdate() + timedelta(days=shift)


@pytest.fixture
def two():
    ours = cohorts.cohort()
    theirs = cohorts.cohort("MC-PROVA-2026-2", course=ours.course)
    for cohort in (ours, theirs):
        cohorts.learner(cohort)
    return ours, theirs


def seen(user) -> tuple[list[str], list[str]]:
    """Codes of the cohorts and of the learners that the person sees."""
    rows = Cohort.objects.visible_to(user).order_by("code")
    learners = Enrolment.objects.visible_to(user).order_by("code")
    return [row.code for row in rows], [row.cohort.code for row in learners]


@pytest.mark.parametrize("function", StaffFunction.values)
@pytest.mark.parametrize(("until", "inside"), [(0, True), (1, True), (-1, False)])
def test_each_function_sees_its_cohort_up_to_and_including_the_last_day(
    two, function, until, inside
):
    ours, theirs = two
    user = cohorts.teacher(ours, function, until=day(until))
    assert seen(user) == (([ours.code], [ours.code]) if inside else ([], []))
    assert rules.may_inspect(user, ours) is inside
    assert rules.may_teach(user, ours) is (inside and function in TEACHING)
    assert rules.may_read_inside(user, ours) is inside
    assert not rules.may_inspect(user, theirs)
    assert not rules.may_read_inside(user, theirs)


@pytest.mark.parametrize("function", TEACHING)
def test_without_an_end_a_function_stays(two, function):
    ours, _theirs = two
    assert seen(cohorts.teacher(ours, function)) == ([ours.code], [ours.code])


def test_two_functions_end_each_on_their_own_day(two):
    ours, theirs = two
    user = cohorts.teacher(ours, until=day(-1))
    services.assign_staff(cohort=ours, user=user, function="tutor", by=None)
    services.assign_staff(cohort=theirs, user=user, function="docente", by=None, until=day(0))
    assert seen(user)[0] == [ours.code, theirs.code]
    assert not rules.has_function(user, ours, [StaffFunction.TEACHER])


def test_an_inspector_without_an_end_is_refused(two):
    with pytest.raises(DomainError) as refusal:
        services.assign_staff(
            cohort=two[0], user=people.person(), function=StaffFunction.INSPECTOR, by=None
        )
    assert refusal.value.code == "inspector_needs_end"
    assert not CohortStaff.objects.exists()


def test_ending_and_taking_away_are_logged_once_each(two):
    user, by = cohorts.teacher(two[0]), people.administrator()
    row = CohortStaff.objects.get(user=user)
    for _twice in range(2):
        services.end_staff(row=row, until=day(3), by=by)
    for _twice in range(2):
        services.remove_staff(row=row, by=by)
    assert seen(user) == ([], [])
    log = ModelLogEntry.objects.filter(user=by).order_by("pk")
    facts = {"user": user.pk, "function": "docente", "until": day(3).isoformat()}
    assert [(entry.action, entry.data) for entry in log] == [
        ("cohorts.end_staff", facts),
        ("cohorts.remove_staff", facts),
    ]


# --- The page --------------------------------------------------------------------------------
@pytest.fixture
def desk(client):
    client.force_login(people.administrator(is_superuser=True))
    return client


def address(row) -> str:
    return reverse("cohorts_admin:staff_row", args=[row.cohort_id, row.pk])


def test_an_administrator_ends_a_function(desk, two):
    row = CohortStaff.objects.get(user=cohorts.teacher(two[0]))
    assert desk.get(address(row)).status_code == 200
    assert desk.post(address(row), {"end": "", "until": ""}).status_code == 422
    page = desk.post(address(row), {"end": "", "until": day(-1)}, follow=True).text
    row.refresh_from_db()
    assert row.until == day(-1)
    assert "Conclusa" in page


def test_an_administrator_takes_a_function_away(desk, two):
    row = CohortStaff.objects.get(user=cohorts.teacher(two[0]))
    desk.post(address(row), {"remove": ""})
    assert not CohortStaff.objects.exists()
    assert desk.get(address(row)).status_code == 404


def test_a_row_of_another_cohort_is_not_found_here(desk, two):
    ours, theirs = two
    row = CohortStaff.objects.get(user=cohorts.teacher(theirs))
    url = reverse("cohorts_admin:staff_row", args=[ours.pk, row.pk])
    assert [desk.get(url).status_code, desk.post(url, {"remove": ""}).status_code] == [404, 404]
    assert CohortStaff.objects.filter(pk=row.pk).exists()


def test_an_inspector_is_added_with_an_end(desk, two):
    user = people.person()
    url = reverse("cohorts_admin:act", args=[two[0].pk, "staff"])
    data = {"user": user.email, "function": StaffFunction.INSPECTOR, "until": ""}
    assert desk.post(url, data).status_code == 409
    assert desk.post(url, data | {"until": day(10)}).status_code == 302
    assert seen(user) == ([two[0].code], [two[0].code])


def test_who_was_added_by_mistake_keeps_no_register_of_a_coming_session(two):
    teacher = cohorts.teacher(two[0])
    tomorrow = timezone.now() + timedelta(days=1)
    session = cohorts.session(two[0], starts_at=tomorrow, teachers=[teacher])
    assert may_take_register(teacher, session)
    services.remove_staff(row=CohortStaff.objects.get(user=teacher), by=None)
    assert not may_take_register(teacher, session)
