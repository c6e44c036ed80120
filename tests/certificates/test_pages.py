"""The holder's pages and the administrators': who sees what, who may do what."""

import pytest
from django.core.files.storage import storages
from django.urls import reverse

from certificates import services
from certificates.choices import Kind, Status
from certificates.models import Certificate, CertificateSettings
from tests.factories import certificates, cohorts, people

pytestmark = pytest.mark.django_db


def mine(client):
    return client.get("/it/attestati/")


@pytest.mark.parametrize("count", [1, 3])
def test_my_certificates_cost_the_same_for_one_and_three(client, count, django_assert_num_queries):
    user = people.person()
    enrolment = cohorts.learner(cohorts.cohort(), user)
    for number in range(1, count + 1):
        _certificate(enrolment, number).save()
    client.force_login(user)
    mine(client)
    with django_assert_num_queries(4):
        answer = mine(client)
    assert answer.content.decode().count("certificate-row") == count


def _certificate(enrolment, number: int) -> Certificate:
    """A row as the register writes it, revoked so that several fit one enrolment."""
    from django.utils import timezone

    facts = certificates.facts(number=number)
    return Certificate(
        enrolment=enrolment, kind=Kind.ATTENDANCE, year=2026, number=number, facts=facts, facts_hash="x",
        issued_at=timezone.now(), status=Status.REVOKED, revoked_at=timezone.now(),
        revocation_reason="at_request",
    )  # fmt: skip


@pytest.mark.slow
def test_my_certificates_are_mine_alone(client):
    theirs = certificates.issued()
    client.force_login(people.administrator())
    html = mine(client).content.decode()
    assert theirs.holder not in html
    client.force_login(theirs.enrolment.user)
    html = mine(client).content.decode()
    assert theirs.get_absolute_url() in html
    assert theirs.get_verify_url() in html


def test_my_certificates_show_one_in_preparation(client):
    row = certificates.issued(produced=False)
    client.force_login(row.enrolment.user)
    html = mine(client).content.decode()
    assert row.course_title in html
    assert row.get_verify_url() not in html


@pytest.mark.slow
def test_download_is_for_holder_and_administrator(client):
    row = certificates.issued()
    stranger = people.person()
    cohort = row.enrolment.cohort
    allowed = [row.enrolment.user, people.administrator()]
    refused = [
        stranger, people.instructor(), cohorts.teacher(cohort), cohorts.manager(cohort), people.committee(),
    ]  # fmt: skip
    for user in allowed:
        client.force_login(user)
        answer = client.get(row.get_absolute_url())
        assert answer.status_code == 200
        assert answer["Content-Type"] == "application/pdf"
        assert answer["Cache-Control"] == "private, no-store"
        assert row.file_slug in answer["Content-Disposition"]
        assert b"".join(answer.streaming_content).startswith(b"%PDF-1.7")
    missing = row.get_absolute_url().replace(str(row.uuid), "00000000-0000-4000-8000-000000000000")
    for user in refused:
        client.force_login(user)
        assert client.get(row.get_absolute_url()).status_code == 404
        assert client.get(missing).status_code == 404
    client.logout()
    for address in (row.get_absolute_url(), missing):
        answer = client.get(address)
        assert (answer.status_code, "/account/login/" in answer["Location"]) == (302, True)


def test_download_of_what_is_not_there_is_not_found(client):
    row = certificates.issued(produced=False)
    client.force_login(row.enrolment.user)
    assert client.get(row.get_absolute_url()).status_code == 404
    row = services.produce(certificate=row)
    address = reverse("certificates:download", args=[row.uuid, "altro.pdf"])
    assert client.get(address).status_code == 404
    storages["certificates"].delete(row.file)
    assert client.get(row.get_absolute_url()).status_code == 404


ADMIN_PAGES = ["cohorts", "cohort", "certificate", "register", "settings"]


def address_of(name: str, row: Certificate) -> str:
    return {
        "cohorts": reverse("certificates_admin:cohorts"),
        "cohort": reverse("certificates_admin:cohort", args=[row.enrolment.cohort_id]),
        "certificate": reverse("certificates_admin:certificate", args=[row.pk]),
        "register": reverse("certificate:index"),
        "settings": reverse("wagtailsettings:edit", args=["certificates", "certificatesettings"]),
    }[name]


@pytest.mark.slow
@pytest.mark.parametrize("name", ADMIN_PAGES)
def test_admin_pages_are_for_administrators(client, name):
    row = certificates.issued()
    client.force_login(people.administrator())
    answer = client.get(address_of(name, row), follow=True)
    assert answer.status_code == 200
    others = [people.person(), people.instructor(), people.manager(), people.committee()]
    for user in others:
        client.force_login(user)
        answer = client.get(address_of(name, row), follow=True)
        assert row.holder not in answer.content.decode()
        assert row.code not in answer.content.decode()
        assert "signatory" not in answer.content.decode()
    client.logout()
    assert client.get(address_of(name, row)).status_code == 302


def test_nobody_but_administrators_issues_or_revokes(client):
    row = certificates.issued()
    cohort = row.enrolment.cohort
    certificates.complete(row.enrolment)
    posts = [
        (reverse("certificates_admin:issue", args=[cohort.pk]),
         {"enrolment": row.enrolment_id, "kind": Kind.MICROCREDENTIAL}),
        (reverse("certificates_admin:issue_all", args=[cohort.pk]), {"kind": Kind.MICROCREDENTIAL}),
        (reverse("certificates_admin:certificate", args=[row.pk]),
         {"action": "revoke", "reason_class": "misconduct"}),
    ]  # fmt: skip
    for user in [row.enrolment.user, cohorts.teacher(cohort), cohorts.manager(cohort), None]:
        client.logout()
        if user:
            client.force_login(user)
        for address, data in posts:
            assert client.post(address, data).status_code in (302, 403)
    assert [(c.kind, c.status) for c in Certificate.objects.all()] == [("frequenza", "issued")]


@pytest.mark.slow
def test_administrator_issues_singly_and_for_the_cohort(client, django_capture_on_commit_callbacks):
    cohort, enrolments = certificates.finished_cohort(learners=3)
    client.force_login(people.administrator())
    page = client.get(reverse("certificates_admin:cohort", args=[cohort.pk]))
    assert page.content.decode().count('name="enrolment"') == 3
    with django_capture_on_commit_callbacks(execute=True):
        client.post(
            reverse("certificates_admin:issue", args=[cohort.pk]),
            {"enrolment": enrolments[0].pk, "kind": "frequenza"},
        )
    assert Certificate.objects.get().is_produced
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(
            reverse("certificates_admin:issue_all", args=[cohort.pk]), {"kind": "frequenza"}
        )
    page = client.get(answer["Location"])
    assert "2" in page.content.decode()
    assert Certificate.objects.produced().count() == 3
    answer = client.post(
        reverse("certificates_admin:issue_all", args=[cohort.pk]),
        {"kind": "frequenza"},
        follow=True,
    )
    assert "MC-PROVA-2026-1" in str(next(iter(answer.context["messages"])))


def test_administrator_revokes_with_a_reason(client):
    row = certificates.issued()
    client.force_login(people.administrator())
    address = reverse("certificates_admin:certificate", args=[row.pk])
    assert client.post(address, {"action": "revoke", "reason_class": ""}).status_code == 422
    answer = client.post(address, {"action": "supersede", "reason": "prova"})
    assert answer.status_code == 409
    assert (
        client.post(address, {"action": "revoke", "reason_class": "at_request"}).status_code == 302
    )
    row.refresh_from_db()
    assert (row.status, row.revocation_reason) == (Status.REVOKED, "at_request")
    assert client.get(address).status_code == 200


def test_a_foreign_enrolment_answers_like_none(client):
    cohort, _enrolments = certificates.finished_cohort()
    stranger = cohorts.learner(cohorts.cohort("MC-ALTRA-2026-1", course=cohort.course))
    client.force_login(people.administrator())
    address = reverse("certificates_admin:issue", args=[cohort.pk])
    for pk in (stranger.pk, 999999, "x", ""):
        answer = client.post(address, {"enrolment": pk, "kind": "frequenza"})
        assert answer.status_code == 404


def test_the_register_cannot_be_written_by_hand(client):
    row = certificates.issued()
    root = people.administrator(is_superuser=True, is_staff=True)
    client.force_login(root)
    for name, arguments in [("add", []), ("edit", [row.pk]), ("delete", [row.pk])]:
        answer = client.post(reverse(f"certificate:{name}", args=arguments), {})
        assert answer.status_code == (404 if arguments else 302)
    assert [c.pk for c in Certificate.objects.all()] == [row.pk]
    assert Certificate.objects.get().is_valid


@pytest.mark.parametrize("learners", [1, 3])
def test_cohort_page_costs_the_same_for_one_and_three(client, learners, django_assert_num_queries):
    cohort, _enrolments = certificates.finished_cohort(learners=learners)
    client.force_login(people.administrator())
    address = reverse("certificates_admin:cohort", args=[cohort.pk])
    client.get(address)
    with django_assert_num_queries(28):
        client.get(address)


def test_issuer_and_signature_are_frozen_at_issue(client):
    before = certificates.issued(produced=False)
    settings = CertificateSettings.load()
    settings.signatory_name = "Ada Esempio"
    settings.save()
    before.refresh_from_db()
    assert before.facts["issuer"]["signatory"] == ""
    assert before.is_intact
