"""Answering, forgetting, and the sportello in the Wagtail admin."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from cms.choices import HelpStatus
from cms.models import HelpRequest
from cms.privacy import HELP_REQUESTS
from cms.services import (
    answer_help_request,
    forget_old_help_requests,
    take_help_request,
)
from lms.core.errors import DomainError
from lms.core.registries import registries
from tests.factories import cms as hub
from tests.factories import people

pytestmark = pytest.mark.django_db


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    """Do something and what waits for its commit: `committed(call, …)`."""

    def run(call, *args, **kwargs):
        with django_capture_on_commit_callbacks(execute=True):
            return call(*args, **kwargs)

    return run


@pytest.fixture
def staff():
    person = people.person()
    for codename in ("access_admin", "change_helprequest", "view_helprequest"):
        person.user_permissions.add(Permission.objects.get(codename=codename))
    return person


def test_answer_is_kept_mailed_once_and_logged(staff, committed):
    request = committed(hub.help_request)
    committed(answer_help_request, request=request, answer="  Il gruppo che lo presta. ", by=staff)
    request.refresh_from_db()
    assert (request.status, request.answer, request.answered_by) == (
        HelpStatus.ANSWERED,
        "Il gruppo che lo presta.",
        staff,
    )
    assert [message.to for message in mail.outbox] == [["ada@example.org"], ["ada@example.org"]]
    assert "Il gruppo che lo presta." in mail.outbox[1].body
    assert ModelLogEntry.objects.filter(action="cms.answer_help_request").count() == 1


@pytest.mark.parametrize(("answer", "code"), [("  ", "empty_answer"), ("Sì.", "already_answered")])
def test_answer_is_refused(staff, answer, code, committed):
    request = committed(hub.help_request)
    if code == "already_answered":
        committed(answer_help_request, request=request, answer="Prima.", by=staff)
    with pytest.raises(DomainError) as refusal:
        committed(answer_help_request, request=request, answer=answer, by=staff)
    assert refusal.value.code == code
    assert len(mail.outbox) == (2 if code == "already_answered" else 1)


def test_erased_request_is_not_answered(staff):
    request = hub.help_request()
    HelpRequest.objects.update(erased_at=timezone.now(), email="")
    with pytest.raises(DomainError) as refusal:
        answer_help_request(request=request, answer="Sì.", by=staff)
    assert refusal.value.code == "erased"


def test_taking_twice_logs_once(staff):
    request = hub.help_request()
    take_help_request(request=request, by=staff)
    take_help_request(request=request, by=staff)
    assert request.status == HelpStatus.IN_PROGRESS
    assert ModelLogEntry.objects.filter(action="cms.take_help_request").count() == 1


# --- Personal data --------------------------------------------------------------------------
def test_person_gets_and_erases_the_requests_of_their_address():
    ada = people.person(email="ada@example.org")
    hub.help_request(email="Ada@Example.org")
    other = hub.help_request(email="altra@example.org")
    assert registries.personal_data["cms.HelpRequest"] is HELP_REQUESTS
    rows = HELP_REQUESTS.export(ada)
    assert [(row["email"], row["message"]) for row in rows] == [
        ("Ada@Example.org", "Come si entra in una banca del tempo?")
    ]
    assert HELP_REQUESTS.erase(ada) == 1
    assert HELP_REQUESTS.export(ada) == []
    erased = HelpRequest.objects.exclude(pk=other.pk).get()
    assert (erased.name, erased.email, erased.message, erased.topic) == ("", "", "", "information")
    other.refresh_from_db()
    assert other.email == "altra@example.org"


def test_answered_requests_are_forgotten_after_a_year(staff):
    old, recent = hub.help_request(), hub.help_request()
    now = timezone.now()
    answer_help_request(request=old, answer="Sì.", by=staff, at=now - timedelta(days=366))
    answer_help_request(request=recent, answer="Sì.", by=staff, at=now - timedelta(days=364))
    assert forget_old_help_requests() == 1
    assert forget_old_help_requests() == 0
    assert list(HelpRequest.objects.filter(erased_at=None)) == [recent]


# --- In the admin ---------------------------------------------------------------------------
def edit_url(request) -> str:
    return reverse("sportello:edit", args=[request.pk])


def test_staff_read_and_answer_in_the_admin(client, staff, committed):
    request = committed(hub.help_request)
    client.force_login(staff)
    assert "Ada Prova" in client.get(reverse("sportello:index")).content.decode()
    page = client.get(edit_url(request)).content.decode()
    assert "Come si entra in una banca del tempo?" in page
    assert committed(client.post, edit_url(request), {"answer": ""}).status_code == 302
    request.refresh_from_db()
    assert request.status == HelpStatus.IN_PROGRESS
    assert (
        committed(client.post, edit_url(request), {"answer": "Ci si iscrive."}).status_code == 302
    )
    request.refresh_from_db()
    assert (request.status, request.answered_by) == (HelpStatus.ANSWERED, staff)
    assert len(mail.outbox) == 2


def test_second_answer_is_refused_in_the_admin_with_a_sentence(client, staff, committed):
    request = committed(hub.help_request)
    committed(answer_help_request, request=request, answer="Prima.", by=staff)
    client.force_login(staff)
    response = committed(client.post, edit_url(request), {"answer": "Seconda."})
    assert response.status_code == 200
    assert response.context["form"].errors["answer"] == [
        "Questa richiesta ha già avuto risposta."
    ] or (response.context["form"].errors["answer"] == ["This request has already been answered."])
    request.refresh_from_db()
    assert request.answer == "Prima."
    assert len(mail.outbox) == 2


def test_nobody_adds_or_deletes_requests_in_the_admin(client, staff):
    request = hub.help_request()
    for codename in ("add_helprequest", "delete_helprequest"):
        staff.user_permissions.add(Permission.objects.get(codename=codename))
    client.force_login(staff)
    assert client.get(reverse("sportello:add")).status_code == 302
    assert client.post(reverse("sportello:delete", args=[request.pk])).status_code == 404
    assert HelpRequest.objects.count() == 1


@pytest.mark.parametrize("who", ["anonymous", "learner", "instructor", "manager", "committee"])
def test_others_do_not_reach_the_requests(client, who):
    request = hub.help_request()
    if who != "anonymous":
        person = people.person() if who == "learner" else getattr(people, who)()
        client.force_login(person)
    for url in (reverse("sportello:index"), edit_url(request)):
        response = client.get(url)
        assert response.status_code in (302, 404)
        assert b"Ada Prova" not in response.content
    client.post(edit_url(request), {"answer": "Di nascosto."})
    request.refresh_from_db()
    assert request.answer == ""


def test_administrators_answer(client):
    request = hub.help_request()
    client.force_login(people.administrator())
    assert client.post(edit_url(request), {"answer": "Ci si iscrive."}).status_code == 302
    request.refresh_from_db()
    assert request.status == HelpStatus.ANSWERED
