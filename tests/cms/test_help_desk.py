"""The sportello's public form: what it accepts, what it refuses and how it says so."""

import uuid

import pytest
from django.core import mail
from django.core.cache import cache

from cms.choices import HelpStatus
from cms.models import HelpRequest
from cms.services import answer_help_request
from cms.views import REQUESTS_AN_HOUR
from lms.core.models import OutboundMail
from tests.factories import cms as hub
from tests.factories import people

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_limits():
    cache.clear()


@pytest.fixture
def desk():
    return hub.help_desk()


@pytest.fixture
def send(client, django_capture_on_commit_callbacks):
    """Post the form; what waits for the commit is done before the test goes on."""

    def post(form: dict, url: str = "/it/sportello/"):
        with django_capture_on_commit_callbacks(execute=True):
            return client.post(url, form)

    return post


def filled(**fields) -> dict:
    return {
        "key": str(uuid.uuid4()),
        "name": "Ada Prova",
        "email": "ada@example.org",
        "topic": "legal",
        "message": "Chi risponde se il trapano condiviso si rompe?",
        "consent": "on",
        "website": "",
    } | fields


def test_form_is_shown_with_the_text_of_the_consent_and_its_version(client, desk):
    page = client.get("/it/sportello/").content.decode()
    assert "Acconsento." in page
    assert "2026-1" in page
    assert 'name="key"' in page


def test_request_is_kept_with_what_was_agreed_to_and_acknowledged_once(client, send, desk):
    response = send(filled())
    assert response.status_code == 302
    assert response["Location"] == "/it/sportello/?inviata=1#modulo"
    request = HelpRequest.objects.get()
    assert (request.name, request.email, request.topic, request.language, request.status) == (
        "Ada Prova",
        "ada@example.org",
        "legal",
        "it",
        HelpStatus.NEW,
    )
    assert request.consent_version == "2026-1"
    assert request.consented_at is not None
    assert [message.to for message in mail.outbox] == [["ada@example.org"]]
    assert f"richiesta numero {request.pk}" in mail.outbox[0].body
    assert "Grazie, ti scriviamo." in client.get(response["Location"]).content.decode()


def test_same_form_sent_twice_is_one_request_and_one_mail(send, desk):
    form = filled()
    assert send(form).status_code == 302
    assert send(form).status_code == 302
    assert HelpRequest.objects.count() == 1
    assert len(mail.outbox) == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("email", "non-un-indirizzo"),
        ("topic", "astrologia"),
        ("message", ""),
        ("message", "x" * 4001),
        ("consent", ""),
        ("key", "non-un-uuid"),
    ],
)
def test_form_refuses_by_field_and_keeps_nothing(send, desk, field, value):
    response = send(filled(**{field: value}))
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert HelpRequest.objects.count() == 0
    assert mail.outbox == []


def test_refused_form_keeps_what_was_written(send, desk):
    page = send(filled(consent="")).content.decode()
    assert "Chi risponde se il trapano condiviso si rompe?" in page


def test_robot_that_fills_the_hidden_field_is_thanked_and_nothing_is_kept(send, desk):
    response = send(filled(website="http://spam.example"))
    assert response["Location"] == "/it/sportello/?inviata=1#modulo"
    assert HelpRequest.objects.count() == 0
    assert mail.outbox == []


def test_one_connection_may_write_so_often_an_hour(send, desk):
    for number in range(REQUESTS_AN_HOUR):
        form = filled(email=f"persona{number}@example.org")
        assert send(form).status_code == 302
    response = send(filled(email="ancora@example.org"))
    assert response.status_code == 429
    assert HelpRequest.objects.count() == REQUESTS_AN_HOUR


def test_one_mailbox_gets_five_acknowledgements_a_day(send, desk):
    for number in range(5):
        assert send(filled(message=f"Domanda {number}")).status_code == 302
    response = send(filled(email="ADA@example.org"))
    assert response.status_code == 409
    assert len(mail.outbox) == 5


def test_acknowledgement_repeats_nothing_that_a_stranger_typed(send, desk):
    """The form takes any address: otherwise it would send anybody's words to anybody in our name."""
    send(
        filled(
            name="Hai vinto http://truffa.example",
            message="Clicca http://truffa.example/premio",
            email="vittima@example.org",
        )
    )
    [message] = mail.outbox
    sent = f"{message.subject} {message.body} {message.alternatives[0][0]}"
    assert message.to == ["vittima@example.org"]
    assert [word for word in ("truffa", "vinto", "Clicca", "premio") if word in sent] == []
    assert OutboundMail.objects.get().context.keys() == {"day", "number"}


def test_english_request_is_acknowledged_in_english(send, desk):
    hub.help_desk("en")
    send(filled(), "/en/sportello/")
    assert HelpRequest.objects.get().language == "en"
    assert mail.outbox[0].subject == "We have received your question"


def test_topic_can_be_named_in_the_address(client, desk):
    page = client.get("/it/sportello/?argomento=enterprise")
    assert page.context["form"]["topic"].value() == "enterprise"


def test_markup_in_a_question_stays_text(send, desk, django_capture_on_commit_callbacks):
    send(filled(message="<script>alert(1)</script>"))
    with django_capture_on_commit_callbacks(execute=True):
        answer_help_request(
            request=HelpRequest.objects.get(), answer="Ecco.", by=people.administrator()
        )
    html = mail.outbox[1].alternatives[0][0]
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
