"""The public page: what a stranger learns from a code, and what nobody learns."""

import pytest
from django.test import Client
from django.urls import reverse

from certificates import services
from certificates.choices import Kind
from certificates.models import Certificate
from certificates.summary import normal_code
from lms.core import budget
from tests.factories import certificates

pytestmark = pytest.mark.django_db


def page(client, code, **headers):
    return client.get(f"/v/{code}/", headers={"accept-language": "it", **headers})


def as_json(client, code):
    return client.get(f"/v/{code}/", headers={"accept": "application/json"})


def test_valid_certificate_shows_its_merits(client):
    row = certificates.issued("microcredenziale")
    answer = page(client, row.code)
    assert answer.status_code == 200
    html = answer.content.decode()
    for words in [row.holder.replace("’", "’"), "Corso di prova", row.label, row.sha256,
                  "Conduce un incontro."]:  # fmt: skip
        assert words in html
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert 'content="noindex, nofollow"' in html
    assert "no-store" in answer["Cache-Control"]
    assert {"Accept", "Accept-Language", "Cookie"} <= set(answer["Vary"].split(", "))


def test_valid_certificate_answers_machines(client):
    row = certificates.issued()
    answer = as_json(client, row.code)
    assert answer.json() == {
        "state": "valid",
        "kind": "frequenza",
        "number": row.number,
        "year": row.year,
        "issued_on": row.facts["issued_on"],
        "issuer": "Cohub Milano",
        "title": {"it": "Corso di prova"},
        "sha256": row.sha256,
        "holder": row.holder,
        "cohort": "MC-PROVA-2026-1",
        "planned_minutes": 360,
        "attended_minutes": 360,
    }


def test_revoked_certificate_keeps_a_reason_and_no_name(client):
    row = certificates.issued()
    services.revoke(certificate=row, reason_class="misconduct", by=None, note="SEGRETO-INTERNO")
    answer = page(client, row.code)
    html = answer.content.decode()
    assert (answer.status_code, "Revocat" in html or "Revoked" in html) == (200, True)
    assert row.holder not in html
    assert "SEGRETO-INTERNO" not in html
    machine = as_json(client, row.code)
    assert machine.json()["reason"] == "misconduct"
    assert "holder" not in machine.json()
    assert "SEGRETO" not in machine.content.decode()


def test_superseded_certificate_names_nobody(client):
    old = certificates.issued()
    user = old.enrolment.user
    user.first_name = "NOMENUOVO"
    user.save()
    new = services.supersede(certificate=Certificate.objects.get(pk=old.pk), by=None)
    services.produce(certificate=new)
    for answer in (page(client, old.code), as_json(client, old.code)):
        text = answer.content.decode()
        assert answer.status_code == 200
        assert "NOMENUOVO" not in text
        assert old.holder not in text
        assert new.code not in text
    assert as_json(client, old.code).json()["state"] == "superseded"
    assert as_json(client, new.code).json()["state"] == "valid"


def test_unknown_malformed_unproduced_and_altered_codes_answer_alike(client):
    unproduced = certificates.issued(produced=False)
    unknown = "0" * 26
    first = page(client, unknown)
    for code in ["x", "%00", "a" * 300, "<script>", "a/b", unproduced.code, "../admin"]:
        answer = page(client, code)
        assert answer.status_code == 404, code
        assert _without_nonce(answer) == _without_nonce(first), code
        budget._counts.clear()
    assert as_json(client, unproduced.code).json() == {"state": "unknown"}
    row = services.produce(certificate=unproduced)
    from django.db import connection

    with connection.cursor() as cursor:  # past every guard of ours
        cursor.execute(
            "UPDATE certificates_certificate SET facts_hash = 'x' WHERE id = %s", [row.pk]
        )
    assert _without_nonce(page(client, row.code)) == _without_nonce(first)


def _without_nonce(answer) -> str:
    html = answer.content.decode()
    import re

    html = re.sub(r'nonce="[^"]*"', "", html)
    html = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", html)
    return re.sub(r'name="next" value="[^"]*"', "", html)


def test_no_public_answer_holds_private_facts(client):
    row = certificates.issued("microcredenziale")
    user = row.enrolment.user
    user.tax_code, user.display_name = "RSSMRA85T10A562S", "CANARINO"
    user.save()
    for answer in (page(client, row.code), as_json(client, row.code)):
        text = answer.content.decode()
        for secret in ("RSSMRA", "CANARINO", user.email, row.enrolment.code):
            assert secret not in text


@pytest.mark.parametrize(
    "typed", ["K3F9 2M7Q-X0VB N8WZ 4HCT 6YD1 RA", "k3f92m7qxOvbn8wz4hct6ydIra"]
)
def test_codes_are_read_as_people_type_them(typed):
    assert normal_code(typed) == "k3f92m7qx0vbn8wz4hct6yd1ra"


def test_the_form_leads_to_the_answer(client):
    answer = client.get("/v/", {"code": " K3F9 2M7Q "})
    assert (answer.status_code, answer["Location"]) == (302, "/v/K3F9%202M7Q/")
    assert client.get("/v/").status_code == 200


@pytest.mark.parametrize(("language", "word"), [("it", 'lang="it"'), ("en", 'lang="en"')])
def test_the_page_speaks_the_readers_language(client, language, word):
    row = certificates.issued()
    html = client.get(f"/v/{row.code}/", headers={"accept-language": language}).content.decode()
    assert f"<html {word}>" in html


def test_verification_costs_few_queries_and_no_transaction(client, django_assert_max_num_queries):
    row = certificates.issued("microcredenziale")
    page(client, row.code)
    with django_assert_max_num_queries(8) as queries:
        page(client, row.code)
    assert not [
        q for q in queries if q["sql"].startswith(("SAVEPOINT", "BEGIN", "INSERT", "UPDATE"))
    ]


def test_guessing_is_slowed_down_by_address():
    client = Client(REMOTE_ADDR="192.0.2.1")
    answers = [client.get(f"/v/{n:026}/").status_code for n in range(13)]
    assert answers == [404] * 12 + [429]
    row = certificates.issued()
    limited = as_json(client, row.code)
    assert (limited.status_code, limited["Retry-After"]) == (429, "60")
    assert Client(REMOTE_ADDR="192.0.2.2").get(f"/v/{row.code}/").status_code == 200


def test_only_reading_methods(client):
    row = certificates.issued()
    assert client.post(f"/v/{row.code}/").status_code == 405


def test_the_address_is_the_one_printed():
    row = certificates.issued(Kind.ATTENDANCE, produced=False)
    assert row.facts["verify_url"].endswith(reverse("verify", args=[row.code]))


@pytest.mark.parametrize("typed", ["a\nb", "/", "…", "../../x", "\u202e12"])
def test_whatever_is_typed_leads_to_an_answer(client, typed):
    answer = client.get("/v/", {"code": typed}, follow=True)
    assert (answer.status_code, len(answer.redirect_chain)) == (404, 1)
