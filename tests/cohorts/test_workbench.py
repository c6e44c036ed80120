"""The administrator's desk: who may open it, and that each button does what its service does."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from lms.cohorts import services
from lms.cohorts.choices import ApplicationStatus, EnrolmentStatus
from lms.cohorts.models import Cohort
from tests.factories import cohorts, curriculum, people

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client):
    user = people.administrator(is_superuser=True)
    client.force_login(user)
    return client


def post(client, cohort, action, **data):
    return client.post(reverse("cohorts_admin:act", args=[cohort.pk, action]), data)


@pytest.mark.slow
def test_create_then_open(desk):
    course = curriculum.course()
    today = timezone.localdate()
    response = desk.post(
        reverse("cohort:add"),
        {
            "code": "MC-PROVA-2026-9", "course": course.pk, "seats": 12, "mode": "house",
            "applications_open_on": today, "applications_close_on": today + timedelta(days=9),
            "starts_on": today + timedelta(days=20), "ends_on": today + timedelta(days=90),
            "attendance_threshold": 80, "threshold_basis": "cohort", "denominator": "delivered",
            "grace_minutes": 10,
        },
    )  # fmt: skip
    cohort = Cohort.objects.get(code="MC-PROVA-2026-9")
    assert response.url == reverse("cohorts_admin:workbench", args=[cohort.pk])
    post(desk, cohort, "apri")
    cohort.refresh_from_db()
    assert cohort.opened_at is not None
    assert cohort.lessons.count() == 4


def test_policy_of_an_open_cohort_cannot_be_edited(desk):
    cohort = cohorts.cohort()
    data = {
        name: getattr(cohort, name)
        for name in (
            "code", "seats", "mode", "place", "applications_open_on", "applications_close_on",
            "starts_on", "ends_on", "threshold_basis", "denominator", "grace_minutes",
        )
    }  # fmt: skip
    data |= {"course": cohort.course_id, "attendance_threshold": 10, "seats": 30}
    desk.post(reverse("cohort:edit", args=[cohort.pk]), data)
    cohort.refresh_from_db()
    assert (cohort.seats, cohort.attendance_threshold) == (30, 75)


def decide(desk, cohort, outcomes: dict, **words):
    data = {f"outcome-{row.pk}": outcome for row, outcome in outcomes.items()}
    address = reverse("cohorts_admin:decisions", args=[cohort.pk])
    return desk.post(address, data | {"confirm": "1"} | words, follow=True)


def test_admit_and_decline_the_chosen(desk):
    cohort = cohorts.cohort()
    first, second = (services.apply(cohort=cohort, user=people.person()) for _ in range(2))
    decide(desk, cohort, {first: "admitted", second: "declined"}, reason="Posti finiti")
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.status, second.status) == (
        ApplicationStatus.ADMITTED,
        ApplicationStatus.DECLINED,
    )
    assert second.decision_reason == "Posti finiti"


def test_more_chosen_than_seats_are_free_is_said_before_and_refused_after(desk):
    cohort = cohorts.cohort(seats=1)
    waiting = [services.apply(cohort=cohort, user=people.person()) for _number in range(2)]
    address = reverse("cohorts_admin:applications", args=[cohort.pk])
    assert "È libero 1 posto su 1" in desk.get(address).text
    answer = decide(desk, cohort, dict.fromkeys(waiting, "admitted"))
    assert "Persone scelte: 2, posti liberi: 1. Non è stato ammesso nessuno." in answer.text
    assert not cohort.enrolments.exists()
    decide(desk, cohort, {waiting[0]: "admitted"})
    page = desk.get(address).text
    assert "Sono liberi 0 posti su 1" in page
    assert re.search(r"disabled>\s*Ammetti", page)


def test_an_application_of_another_cohort_cannot_be_admitted_here(desk):
    course = curriculum.course()
    here = cohorts.cohort(course=course)
    there = cohorts.cohort("MC-PROVA-2026-2", course=course)
    foreign = services.apply(cohort=there, user=people.person())
    decide(desk, here, {foreign: "admitted"})
    foreign.refresh_from_db()
    assert foreign.status == ApplicationStatus.SUBMITTED


def test_enrol_an_unknown_address_says_so(desk):
    response = post(desk, cohorts.cohort(), "iscrivi", user="nessuno@example.org")
    assert response.status_code == 422
    assert "nessuno@example.org" in response.text


def test_enrol_when_full_says_so(desk):
    cohort = cohorts.cohort(seats=1)
    cohorts.learner(cohort)
    late = people.person()
    response = post(desk, cohort, "iscrivi", user=late.email)
    assert response.status_code == 409
    assert not late.enrolments.exists()


def test_plan_weekly_sessions(desk):
    cohort = cohorts.cohort()
    day = timezone.localdate() + timedelta(days=3)
    response = post(
        desk, cohort, "incontri", day=day, starts="18:00", ends="20:10", break_starts="19:00",
        break_minutes=10, weeks=3, mode="house", room="Sala Sole",
    )  # fmt: skip
    assert response.status_code == 302
    days = [timezone.localtime(s.starts_at).date() for s in cohort.sessions.all()]
    assert days == [day, day + timedelta(weeks=1), day + timedelta(weeks=2)]
    assert [s.breaks.count() for s in cohort.sessions.all()] == [1, 1, 1]


def test_move_and_cancel_a_session(desk):
    cohort = cohorts.cohort()
    start = timezone.now() + timedelta(days=2)
    session = cohorts.session(cohort, starts_at=start.replace(minute=0, second=0, microsecond=0))
    url = reverse("cohorts_admin:session", args=[cohort.pk, session.pk])
    day = timezone.localdate() + timedelta(days=5)
    desk.post(url, {"day": day, "starts": "10:00", "ends": "12:00", "mode": "house", "move": ""})
    session.refresh_from_db()
    assert timezone.localtime(session.starts_at).date() == day
    desk.post(url, {"reason": "Neve", "cancel": ""})
    session.refresh_from_db()
    assert session.cancel_reason == "Neve"


def test_withdraw_a_learner(desk):
    cohort = cohorts.cohort()
    enrolment = cohorts.learner(cohort)
    url = reverse("cohorts_admin:withdrawal", args=[cohort.pk, enrolment.pk])
    desk.post(url, {"on": timezone.localdate(), "reason": "Trasloco"})
    enrolment.refresh_from_db()
    assert (enrolment.status, enrolment.withdrawal_reason) == (
        EnrolmentStatus.WITHDRAWN,
        "Trasloco",
    )


@pytest.mark.parametrize("role", ["instructor", "manager", "committee"])
def test_workbench_is_for_administrators(client, role):
    cohort = cohorts.cohort()
    user = getattr(people, role)()
    client.force_login(user)
    for name, args in [*((tab, []) for tab in TABS), ("act", ["apri"])]:
        url = reverse(f"cohorts_admin:{name}", args=[cohort.pk, *args])
        response = client.post(url) if name == "act" else client.get(url)
        assert response.status_code in (302, 403)
        assert "MC-PROVA" not in response.text


TABS = {"workbench": 15, "applications": 18, "enrolments": 9, "sessions": 11, "staff": 8}


@pytest.mark.parametrize("people_count", [1, 3])
@pytest.mark.parametrize("tab", TABS)
def test_queries_of_a_tab_are_constant(desk, django_assert_num_queries, tab, people_count):
    cohort = cohorts.cohort()
    for _ in range(people_count):
        cohorts.learner(cohort)
        cohorts.session(cohort)
        services.apply(cohort=cohort, user=people.person())
        services.assign_staff(cohort=cohort, user=people.person(), function="tutor", by=None)
    address = reverse(f"cohorts_admin:{tab}", args=[cohort.pk])
    desk.get(address)
    with django_assert_num_queries(TABS[tab]):
        desk.get(address)


@pytest.mark.parametrize("tab", TABS)
def test_every_form_of_a_tab_has_its_token_and_ids_of_its_own(desk, tab):
    cohort = cohorts.cohort()
    services.apply(cohort=cohort, user=people.person())
    page = desk.get(reverse(f"cohorts_admin:{tab}", args=[cohort.pk])).text
    forms = re.findall(r'<form[^>]*action="/admin/edizioni/.*?</form>', page, re.DOTALL)
    assert len(forms) == (2 if tab == "workbench" else 1)
    assert [form for form in forms if "csrfmiddlewaretoken" not in form] == []
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert sorted(ids) == sorted(set(ids))
