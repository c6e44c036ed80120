"""«Tell me when applications open»."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from lms.cohorts import services
from lms.cohorts.models import CourseInterest
from lms.core.models import OutboundMail
from tests.factories import cohorts, curriculum, people

pytestmark = pytest.mark.django_db
EMAIL = "nessuno@example.org"


@pytest.fixture
def announced():
    today = timezone.localdate()
    return cohorts.cohort(
        applications_open_on=today + timedelta(days=3),
        applications_close_on=today + timedelta(days=9),
        starts_on=today + timedelta(days=30),
    )


def address(course) -> str:
    return reverse("cohorts:interest", args=[course.code])


def ask(client, course, email=EMAIL, **data):
    return client.post(address(course), {"email": email} | data)


def links(message) -> list[str]:
    return re.findall(r"/it/avvisami/\S+", message.body)


def test_who_has_an_account_is_on_the_list_at_once(client, announced):
    user = people.person()
    client.force_login(user)
    for _twice in range(2):
        client.post(address(announced.course))
    row = CourseInterest.objects.get()
    assert (row.user, row.email, bool(row.confirmed_at)) == (user, "", True)
    client.post(address(announced.course), {"remove": "1"})
    assert not CourseInterest.objects.exists()


def test_an_address_confirms_and_is_taken_off_with_one_button(
    client, announced, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        ask(client, announced.course, "Nessuno@Example.org")
        ask(client, announced.course)
    assert [m.to for m in mail.outbox] == [[EMAIL]]
    confirm, remove = links(mail.outbox[0])
    client.get(confirm)
    assert CourseInterest.objects.get().confirmed_at is None
    client.post(confirm)
    assert CourseInterest.objects.waiting().count() == 1
    client.get(remove)
    assert CourseInterest.objects.count() == 1
    client.post(remove)
    assert not CourseInterest.objects.exists()
    assert (
        client.post(confirm).status_code
        == client.get("/it/avvisami/togli/x:y:z/").status_code
        == 404
    )


def test_the_answer_tells_nobody_who_is_known(client, announced):
    known = people.person(email="nota@example.org")
    services.note_interest(course=announced.course, user=known)
    services.ask_interest(course=announced.course, email=EMAIL, language="it")
    row = CourseInterest.objects.get(email=EMAIL)
    row.confirmed_at = timezone.now()
    row.save()
    answers = {
        re.sub(
            r'nonce="[^"]*"|value="[^"]*"',
            "",
            ask(client, announced.course, email).content.decode(),
        )
        for email in (known.email, EMAIL, "mai@example.org")
    }
    assert len(answers) == 1


def test_a_robot_is_thanked_and_nothing_kept(client, announced):
    assert ask(client, announced.course, website="http://x").status_code == 200
    assert not CourseInterest.objects.exists()


def test_one_address_asks_ten_times_a_minute(client, announced):
    answers = [ask(client, announced.course, f"n{n}@example.org").status_code for n in range(11)]
    assert answers == [200] * 10 + [429]


def test_each_is_told_once_when_applications_open(announced, django_capture_on_commit_callbacks):
    user = people.person(language="en")
    services.note_interest(course=announced.course, user=user)
    services.ask_interest(course=announced.course, email=EMAIL, language="it")
    never = CourseInterest.objects.get(email=EMAIL)
    other = services.note_interest(course=curriculum.course("MC-ALTRO"), user=user)
    assert services.tell_interested() == 0
    opens = timezone.now() + timedelta(days=3)
    with django_capture_on_commit_callbacks(execute=True):
        assert [services.tell_interested(opens), services.tell_interested(opens)] == [1, 0]
    assert [(m.to, "are open" in m.subject) for m in mail.outbox] == [([user.email], True)]
    assert set(CourseInterest.objects.all()) == {never, other}


def test_the_list_forgets(announced):
    services.note_interest(course=announced.course, user=people.person())
    services.ask_interest(course=announced.course, email=EMAIL, language="it")
    CourseInterest.objects.filter(email=EMAIL).update(created_at=timezone.now() - timedelta(days=8))
    assert services.forget_interests() == 1
    CourseInterest.objects.update(confirmed_at=timezone.now() - timedelta(days=366))
    assert (CourseInterest.objects.waiting().count(), services.forget_interests()) == (0, 1)


def test_erasure_reaches_the_address_too(announced):
    from lms.accounts.privacy import erase_all

    user = people.person(email="Duplice@example.org")
    services.note_interest(course=announced.course, user=user)
    services.ask_interest(course=announced.course, email="duplice@example.org", language="it")
    erase_all(user)
    assert not CourseInterest.objects.exists()
    assert not OutboundMail.objects.filter(recipient__iexact="duplice@example.org").exists()


def test_the_announced_cohort_and_the_course_offer_the_list(client, announced):
    assert address(announced.course) in client.get(announced.get_absolute_url()).content.decode()
    assert client.get(address(announced.course)).status_code == 200
    assert client.get("/it/avvisami/MC-NIENTE/").status_code == 404


def test_an_address_that_no_column_holds_is_refused(client):
    course = curriculum.course()
    address = f"{'a' * 260}@portierato.example"
    answer = client.post(reverse("cohorts:interest", args=[course.code]), {"email": address})
    assert answer.status_code == 422
    assert not CourseInterest.objects.exists()
