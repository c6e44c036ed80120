from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from lms.cohorts import services
from lms.cohorts.models import Application
from lms.cohorts.summary import upcoming_cohorts
from tests.factories import cohorts, people

pytestmark = pytest.mark.django_db
LINK = "https://incontri.example.org/co-design"


def body(response, status=200):
    assert response.status_code == status
    return response.content.decode()


def signed_in(client, user):
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def detail(cohort):
    return reverse("cohorts:detail", args=[cohort.code])


def apply(cohort):
    return reverse("cohorts:apply", args=[cohort.code])


def test_detail_shows_dates_sessions_and_the_way_in(client):
    cohort = cohorts.cohort()
    cohorts.session(cohort, topic="Chi invitare")
    page = body(client.get(detail(cohort)))
    assert "Chi invitare" in page
    assert apply(cohort) in page


def test_a_draft_answers_like_a_code_that_does_not_exist(client):
    cohort = cohorts.draft_cohort()
    assert client.get(detail(cohort)).status_code == 404
    assert client.get(detail(cohort).replace(cohort.code, "MC-INVENTATA-1")).status_code == 404


def test_a_cancelled_edition_says_so_and_takes_nobody(client):
    cohort = cohorts.cohort()
    cohort.cancelled_at, cohort.cancel_reason = timezone.now(), "Troppo pochi"
    cohort.save()
    page = body(client.get(detail(cohort)))
    assert "Troppo pochi" in page
    assert apply(cohort) not in page


@pytest.mark.parametrize(
    ("inside", "minutes", "shown"),
    [
        (True, 14, True),
        (True, 16, False),
        (True, -179, True),
        (True, -181, False),
        (False, 5, False),
    ],
)
def test_the_way_to_the_link_is_for_the_cohort_from_a_quarter_of_an_hour_before(
    client, inside, minutes, shown
):
    cohort = cohorts.cohort()
    starts_at = timezone.now() + timedelta(minutes=minutes)
    session = cohorts.session(cohort, starts_at=starts_at, mode="remote", link=LINK)
    user = cohorts.learner(cohort).user if inside else people.person()
    page = body(signed_in(client, user).get(detail(cohort)))
    assert (reverse("cohorts:join", args=[session.pk]) in page) is shown
    assert LINK not in page


def test_the_enrolled_are_led_to_their_lessons(client):
    cohort = cohorts.cohort()
    page = body(signed_in(client, cohorts.learner(cohort).user).get(detail(cohort)))
    assert reverse("progress:syllabus", args=[cohort.code]) in page
    assert apply(cohort) not in page


@pytest.mark.parametrize("number", [1, 4])
def test_detail_queries_are_constant(client, django_assert_num_queries, number):
    cohort = cohorts.cohort()
    for _ in range(number):
        cohorts.session(cohort)
        cohorts.learner(cohort)
    client.get(detail(cohort))
    with django_assert_num_queries(12):
        client.get(detail(cohort))


def test_apply_needs_an_account(client):
    cohort = cohorts.cohort()
    response = client.get(apply(cohort))
    assert reverse("account_login") in response["Location"]


def test_apply_records_the_application_once(client, django_capture_on_commit_callbacks):
    cohort, user = cohorts.cohort(), people.person()
    signed_in(client, user)
    review = reverse("cohorts:review", args=[cohort.code])
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(apply(cohort), {"motivation": "Una portineria."})
        assert response["Location"] == review
        sent = {"revision": "1", "agree": "1"}
        assert client.post(review, sent)["Location"] == apply(cohort)
    client.post(apply(cohort), {"motivation": "Ancora."})
    client.post(review, sent)
    assert Application.objects.get(user=user).motivation == "Una portineria."
    assert "<textarea" not in body(client.get(apply(cohort)))


def test_apply_without_words_is_asked_again(client):
    cohort = cohorts.cohort()
    page = body(signed_in(client, people.person()).post(apply(cohort), {}), status=422)
    assert "aria-invalid" in page
    assert not Application.objects.exists()


@pytest.mark.parametrize(
    ("decide", "words", "form"),
    [
        (None, "We have your application", False),
        ("admit", "You are enrolled", False),
        ("decline", "Your application was not accepted", False),
        ("withdraw_application", "You had taken back your application", True),
    ],
)
def test_apply_tells_where_the_application_stands(client, decide, words, form):
    cohort, user = cohorts.cohort(), people.person()
    application = services.apply(cohort=cohort, user=user, motivation="Una portineria.")
    if decide:
        getattr(services, decide)(application=application, by=None)
    with translation.override("en"):
        address = apply(cohort)
    page = body(signed_in(client, user).get(address))
    assert (words in page, "<textarea" in page) == (True, form)


def test_apply_of_who_was_admitted_and_left_says_so(client):
    cohort, user = cohorts.cohort(), people.person()
    application = services.apply(cohort=cohort, user=user, motivation="Una portineria.")
    enrolment = services.admit(application=application, by=None)
    services.withdraw(enrolment=enrolment, on=timezone.localdate(), reason="", by=None)
    with translation.override("en"):
        address = apply(cohort)
    page = body(signed_in(client, user).get(address))
    assert ("You have left this cohort" in page, "<textarea" in page) == (True, False)


def test_apply_after_the_last_day_says_so(client):
    today = timezone.localdate()
    cohort = cohorts.cohort(
        applications_open_on=today - timedelta(days=60),
        applications_close_on=today - timedelta(days=1),
    )
    signed_in(client, people.person())
    assert "<textarea" not in body(client.get(apply(cohort)))
    client.post(apply(cohort), {"motivation": "Una portineria."})
    assert not Application.objects.exists()


def test_a_person_who_withdrew_may_apply_again(client):
    cohort = cohorts.cohort()
    enrolment = cohorts.learner(cohort)
    services.withdraw(enrolment=enrolment, on=timezone.localdate(), reason="", by=None)
    assert apply(cohort) in body(signed_in(client, enrolment.user).get(detail(cohort)))


def test_upcoming_cohorts_put_open_seats_first():
    today = timezone.localdate()
    running = cohorts.cohort("MC-PROVA-1", applications_close_on=today - timedelta(days=1))
    coming = {"starts_on": today + timedelta(days=30), "ends_on": today + timedelta(days=90)}
    later = cohorts.cohort(
        "MC-PROVA-2",
        course=running.course,
        applications_open_on=today + timedelta(days=1),
        applications_close_on=today + timedelta(days=9),
        **coming,
    )
    takes = cohorts.cohort("MC-PROVA-3", course=running.course, **coming)
    key = running.course.translation_key
    found = upcoming_cohorts([key])[key]
    assert [item.cohort for item in found] == [takes, later, running]
    assert [item.tone for item in found] == ["good", "info", "plain"]
    assert upcoming_cohorts([key], today + timedelta(days=91))[key] == []
