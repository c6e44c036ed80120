"""What people choose about their mails, on their page and by a mail's own link."""

import ast
from pathlib import Path

import pytest
from django.conf import settings
from django.core import mail, signing
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from lms.cohorts.models import Reader
from lms.community import services
from lms.community.models import MailPreference
from lms.community.summary import choices_of, read_token, stop_token
from lms.core.models import OutboundMail
from lms.core.registries import MailKind, registries
from lms.core.services import queue_mail, retry_mails, send_mail_once
from tests.factories import cohorts, people

pytestmark = pytest.mark.django_db

KIND = "cohorts.sessions"
FACTS = {"name": "D'Amico-Šćepanović", "course": "O’Neill & 李娜", "code": "MC-X", "path": "/it/x/"}


def queued(recipient: str, key: str = "prova", kind: str = KIND, **fields) -> OutboundMail:
    fields = {"language": "it", "template": "cohorts/session_cancelled", "context": FACTS} | fields
    return queue_mail(key=key, kind=kind, recipient=recipient, **fields)


def chosen(user, kind=KIND):
    return (
        MailPreference.objects.filter(user=user, kind=kind).values_list("wanted", flat=True).first()
    )


# --- Kinds ----------------------------------------------------------------------------------
def test_a_mail_without_a_registered_kind_is_refused():
    with pytest.raises(LookupError, match="No mail kind 'niente"):
        queued("a@example.org", kind="niente.affatto")
    assert not OutboundMail.objects.exists()


def test_every_caller_names_a_registered_kind():
    """Those who forget it would learn from a mail that never leaves."""
    root, wrong, seen = Path(settings.BASE_DIR), [], set()
    for package in ("lms", "cms", "curriculum", "assessment", "certificates"):
        for path in (root / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                name = getattr(getattr(node, "func", None), "id", "")
                if name not in ("queue_mail", "queue_sealed_mail", "OutboundMail"):
                    continue
                kinds = [word.value for word in node.keywords if word.arg == "kind"]
                if not kinds and all(word.arg for word in node.keywords):
                    wrong.append(f"{path.relative_to(root)}:{node.lineno}: no kind")
                for kind in kinds:
                    if isinstance(kind, ast.Constant):
                        seen.add(kind.value)
    assert wrong == []
    assert sorted(seen - set(registries.mail_kinds)) == []


def test_every_kind_says_what_it_is_and_why_it_cannot_be_stopped():
    for name, kind in registries.mail_kinds.items():
        assert (name, name.count("."), kind.name) == (name, 1, name)
        assert kind.title and kind.description
        assert bool(kind.reason) == kind.mandatory, name


def test_kinds_of_a_role_are_not_shown_to_learners():
    learner = {choice.kind.name for choice in choices_of(people.person())}
    committee = {choice.kind.name for choice in choices_of(people.committee())}
    assert committee - learner == {"curriculum.review"}
    assert {"cohorts.sessions", "community.announcements", "accounts.security"} <= learner


def test_applications_to_read_are_a_choice_of_readers_alone():
    reader = people.person()
    assert "cohorts.readings" not in {choice.kind.name for choice in choices_of(reader)}
    Reader.objects.create(cohort=cohorts.cohort(), user=reader)
    assert "cohorts.readings" in {choice.kind.name for choice in choices_of(reader)}


# --- The page -------------------------------------------------------------------------------
def test_page_switches_off_what_was_unticked_and_nothing_that_was_not_shown(client):
    person = people.person()
    client.force_login(person)
    url = reverse("community:preferences")
    assert client.get(url).status_code == 200
    shown = {"shown-cohorts-sessions": "1", "shown-certificates-ready": "1"}
    answer = client.post(url, {**shown, "certificates-ready": "on"})
    assert (answer.status_code, answer["Location"]) == (302, url)
    assert dict(MailPreference.objects.values_list("kind", "wanted")) == {KIND: False}
    client.post(url, {**shown, "certificates-ready": "on", "cohorts-sessions": "on"})
    assert dict(MailPreference.objects.values_list("kind", "wanted")) == {KIND: True}


def test_mandatory_kinds_cannot_be_switched_off(client):
    person = people.person()
    client.force_login(person)
    client.post(reverse("community:preferences"), {"shown-accounts-security": "1"})
    assert not MailPreference.objects.exists()
    MailPreference.objects.create(user=person, kind="cohorts.admission", wanted=False)
    assert queued(person.email, kind="cohorts.admission").skipped_at is None


@pytest.mark.parametrize(("language", "words"), [("it", 'lang="it"'), ("en", "Notifications")])
def test_page_speaks_both_languages(client, language, words):
    client.force_login(people.person())
    with translation.override(language):
        answer = client.get(reverse("community:preferences"))
    assert words in answer.content.decode()


# --- Queueing and sending -------------------------------------------------------------------
def test_what_is_not_wanted_is_skipped_at_once(django_capture_on_commit_callbacks):
    person = people.person()
    services.choose_mails(user=person, wanted={KIND: False})
    with django_capture_on_commit_callbacks(execute=True):
        row = queued(person.email.upper())
    assert row.skipped_at and not row.sent_at
    assert (mail.outbox, retry_mails()) == ([], 0)


def test_what_is_switched_off_after_queueing_is_skipped_and_has_not_failed():
    person = people.person()
    row = queued(person.email)
    services.choose_mails(user=person, wanted={KIND: False})
    assert send_mail_once(mail_id=row.pk) is False
    row.refresh_from_db()
    assert (bool(row.skipped_at), row.sent_at, row.error, mail.outbox) == (True, None, "", [])
    # Wanted again, the old occasion stays where it is.
    services.choose_mails(user=person, wanted={KIND: True})
    assert (send_mail_once(mail_id=row.pk), mail.outbox) == (False, [])


def test_a_task_that_comes_twice_sends_once():
    row = queued(people.person().email)
    assert [send_mail_once(mail_id=row.pk) for _time in range(3)] == [True, False, False]
    assert len(mail.outbox) == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_tasks_at_once_send_once(run_together):
    row = OutboundMail.objects.create(
        key="insieme", kind=KIND, recipient=people.person().email,
        template="cohorts/session_cancelled", context=FACTS,
    )  # fmt: skip
    results = run_together([lambda: send_mail_once(mail_id=row.pk)] * 4)
    assert sorted(map(str, results)) == ["False", "False", "False", "True"]
    assert len(mail.outbox) == 1


def test_an_address_without_an_account_gets_its_mail_without_a_link_to_stop_it():
    row = queued("nessuno@example.org")
    assert send_mail_once(mail_id=row.pk)
    [sent] = mail.outbox
    assert "List-Unsubscribe" not in sent.extra_headers
    assert "/notifiche/" not in sent.body + sent.alternatives[0].content


def test_a_mail_has_the_headers_and_the_links_of_one_click(settings):
    settings.SITE_URL = "https://cohub.example"
    person = people.person(language="en")
    send_mail_once(mail_id=queued(person.email, language="en").pk)
    [sent] = mail.outbox
    url = f"https://cohub.example/en/notifiche/{stop_token(person.pk, KIND)}/"
    assert sent.extra_headers["List-Unsubscribe"] == f"<{url}>"
    assert sent.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert url in sent.body
    assert f'href="{url}"' in sent.alternatives[0].content
    assert "https://cohub.example/en/profilo/notifiche/" in sent.body


def test_a_mandatory_mail_says_why_and_has_no_link_to_stop_it():
    person = people.person(language="en")
    row = queued(person.email, kind="cohorts.admission", language="en")
    send_mail_once(mail_id=row.pk)
    [sent] = mail.outbox
    assert "List-Unsubscribe" not in sent.extra_headers
    assert "it answers an application or a seat of yours" in sent.body
    assert "it answers an application or a seat of yours" in sent.alternatives[0].content


def test_a_kind_may_say_that_a_mail_has_lost_its_object(monkeypatch):
    monkeypatch.setitem(
        registries.mail_kinds, KIND, MailKind(KIND, "Prova", "Prova", refresh=lambda context: None)
    )
    row = queued(people.person().email)
    assert send_mail_once(mail_id=row.pk) is False
    row.refresh_from_db()
    assert (bool(row.skipped_at), row.error) == (True, "")


# --- The link -------------------------------------------------------------------------------
def stop_url(user, kind=KIND, language="it"):
    with translation.override(language):
        return reverse("community:stop", args=[stop_token(user.pk, kind)])


def test_looking_at_the_link_changes_nothing_and_one_click_stops_the_kind():
    """As RFC 8058 has it: a POST without cookies and without a token of the form."""
    person = people.person()
    stranger = Client(enforce_csrf_checks=True)
    url = stop_url(person)
    answer = stranger.get(url)
    assert (answer.status_code, chosen(person)) == (200, None)
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "no-store" in answer["Cache-Control"]
    one_click = {"List-Unsubscribe": "One-Click"}
    for _time in range(2):
        answer = stranger.post(url, one_click)
        assert (answer.status_code, chosen(person)) == (200, False)
    assert stranger.post(url, {"again": "1"}).status_code == 200
    assert chosen(person) is True
    assert person.email not in answer.content.decode()


def test_the_link_stops_only_its_own_kind():
    person = people.person()
    Client().post(stop_url(person))
    assert list(MailPreference.objects.values_list("user", "kind")) == [(person.pk, KIND)]


def test_unknown_altered_and_foreign_tokens_look_alike(client):
    person, gone = people.person(), people.person(is_active=False)
    token = stop_token(person.pk, KIND)
    tokens = [
        "x" * 43,
        token[:-1] + ("a" if token[-1] != "a" else "b"),
        stop_token(person.pk, "niente.affatto"),
        stop_token(person.pk, "accounts.security"),
        stop_token(987654321, KIND),
        stop_token(gone.pk, KIND),
        signing.dumps([person.pk, KIND], salt="another purpose"),
        signing.dumps([person.pk, KIND]),
        "y" * 5000,
    ]
    for wrong in tokens:
        assert read_token(wrong) is None
        address = reverse("community:stop", args=[wrong])
        assert [client.get(address).status_code, client.post(address).status_code] == [404, 404]
    assert not MailPreference.objects.exists()


def test_the_token_opens_nothing_else(client):
    person = people.person()
    token = stop_token(person.pk, KIND)
    for name in ("accounts:invitation", "account_reset_password_from_key"):
        args = [token] if name.startswith("accounts") else [token.replace(":", "-"), "x"]
        assert client.get(reverse(name, args=args)).status_code in (200, 302, 404)
    assert "_auth_user_id" not in client.session


def test_page_of_choices_costs_the_same_for_every_person(client):
    counts = []
    for number in (0, 3):
        person = people.person()
        for kind in list(registries.mail_kinds)[:number]:
            MailPreference.objects.create(user=person, kind=kind, wanted=False)
        client.force_login(person)
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("community:preferences"))
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 8
