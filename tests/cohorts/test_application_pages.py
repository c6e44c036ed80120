"""The applicant's page, its files, and the administrator's pages of forms and applications."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from lms.cohorts import services, summary
from lms.cohorts.choices import ApplicationStatus
from lms.cohorts.models import Application, ApplicationFile, ApplicationQuestion
from tests.factories import applications, cohorts, people
from tests.factories.attachments import pdf, picture, upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def cohort():
    return cohorts.cohort()


@pytest.fixture
def user(client):
    user = people.person()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return user


@pytest.fixture
def desk(client):
    client.force_login(
        people.administrator(), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    return client


def url(name: str, cohort, *args) -> str:
    with translation.override("en"):
        return reverse(f"cohorts:{name}", args=[cohort.code, *args])


def body(response, status=200) -> str:
    assert response.status_code == status
    return response.content.decode()


def the_draft() -> Application:
    return Application.objects.get(status=ApplicationStatus.DRAFT)


# --- Writing ----------------------------------------------------------------------------------
def test_the_button_keeps_a_draft_that_another_device_goes_on_with(client, cohort, user):
    applications.parts(cohort, cv="required")
    page = body(client.get(url("apply", cohort)))
    assert 'enctype="multipart/form-data"' in page
    data = {
        "motivation": "Una portineria.",
        "cv": upload(pdf(), "mio.pdf"),
        "revision": "0",
        "save": "1",
    }
    assert client.post(url("apply", cohort), data)["Location"] == url("apply", cohort)
    again = body(client.get(url("apply", cohort)))
    assert "Una portineria." in again
    assert "mio.pdf" in again
    assert "Go on with your application" in body(client.get(url("detail", cohort)))


def test_what_is_missing_is_named_with_a_way_to_it(client, cohort, user):
    asked = applications.question(cohort, label="Che cosa fai?")
    page = body(client.post(url("apply", cohort), {"motivation": "Una.", "revision": "0"}), 422)
    assert f'href="#id_q{asked.pk}"' in page
    assert 'aria-invalid="true"' in page
    assert the_draft().motivation == "Una."


def test_a_file_that_is_refused_says_why_and_keeps_the_words(client, cohort, user):
    applications.parts(cohort, cv="optional")
    data = {
        "motivation": "Una.",
        "cv": upload(b"<svg onload=x>", "cv.svg"),
        "revision": "0",
        "save": "1",
    }
    page = body(client.post(url("apply", cohort), data), 422)
    assert "Only PDF, ODT, DOCX, JPEG and PNG" in page
    assert (the_draft().motivation, ApplicationFile.objects.count()) == ("Una.", 0)


def test_a_file_is_taken_out_by_its_button(client, cohort, user):
    applications.parts(cohort, cv="optional")
    draft = applications.draft(cohort, user)
    applications.cv(draft)
    client.post(url("apply", cohort), {"motivation": "Due.", "revision": "1", "remove": "cv"})
    assert (the_draft().motivation, ApplicationFile.objects.count()) == ("Due.", 0)


def test_autosave_tells_when_and_takes_files(client, cohort, user):
    applications.parts(cohort, cv="optional")
    data = {"motivation": "Una.", "revision": "0", "cv": upload(picture(), "foto.png")}
    reply = client.post(url("autosave", cohort), data).json()
    draft = the_draft()
    time = timezone.localtime(draft.saved_at).strftime("%H:%M")
    assert (reply["revision"], reply["saved_at"], reply["closed"]) == (1, time, "")
    assert (reply["files"]["cv"]["name"], reply["faults"]) == ("foto.png", {})
    bad = client.post(
        url("autosave", cohort), {"motivation": "Una.", "revision": "1", "cv": upload(b"")}
    )
    assert list(bad.json()["faults"]) == ["cv"]


def test_two_tabs_are_shown_side_by_side(client, cohort, user):
    applications.draft(cohort, user)
    applications.draft(cohort, user, revision=1, motivation="Scritta altrove.")
    mine = {"motivation": "Scritta qui.", "revision": "1", "save": "1"}
    refusal = client.post(url("autosave", cohort), mine)
    assert (refusal.status_code, refusal.json()["code"]) == (409, "draft_conflict")
    page = body(client.post(url("apply", cohort), mine), 409)
    assert "Scritta qui.</textarea>" in page
    assert "Scritta altrove." in page
    assert 'name="revision" value="2"' in page
    client.post(url("apply", cohort), mine | {"revision": "2"})
    assert the_draft().motivation == "Scritta qui."


def test_after_the_last_day_the_words_are_there_to_be_copied(client, cohort, user):
    applications.draft(cohort, user)
    type(cohort).objects.update(applications_close_on=timezone.localdate() - timedelta(days=1))
    reply = client.post(url("autosave", cohort), {"motivation": "Tardi.", "revision": "1"}).json()
    assert "closed at midnight" in reply["closed"]
    page = body(client.get(url("apply", cohort)))
    assert ("Tardi." in page, "<textarea" in page) == (True, False)
    sent = client.post(url("review", cohort), {"revision": "2", "agree": "1"})
    assert (sent.status_code, the_draft().motivation) == (409, "Tardi.")


# --- Sending and after --------------------------------------------------------------------------
def test_nothing_is_sent_without_having_read_what_becomes_of_it(client, cohort, user):
    applications.draft(cohort, user)
    assert "What becomes of it" in body(client.get(url("review", cohort)))
    body(client.post(url("review", cohort), {"revision": "1"}), 409)
    assert the_draft()


def test_a_draft_that_is_not_whole_has_no_summary(client, cohort, user):
    applications.draft(cohort, user, motivation="")
    assert client.get(url("review", cohort))["Location"] == url("apply", cohort)


def test_what_was_sent_is_read_and_taken_back(client, cohort, user):
    draft = applications.draft(cohort, user)
    services.submit_application(application=draft, revision=1)
    page = body(client.get(url("apply", cohort)))
    assert ("Una portineria." in page, "Being read" in page, "<textarea" in page) == (
        True,
        True,
        False,
    )
    client.post(url("take_back", cohort))
    assert Application.objects.get().status == ApplicationStatus.WITHDRAWN
    assert "<textarea" in body(client.get(url("apply", cohort)))


def test_a_draft_is_thrown_away(client, cohort, user):
    applications.draft(cohort, user)
    assert "Throw it away" in body(client.get(url("take_back", cohort)))
    client.post(url("take_back", cohort))
    assert not Application.objects.exists()


# --- Files --------------------------------------------------------------------------------------
def test_a_file_is_a_download_that_nobody_keeps(client, cohort, user):
    file = applications.cv(applications.draft(cohort, user), name="../<b>mio\u202e.pdf")
    answer = client.get(url("application_file", cohort, file.key))
    assert answer.content == pdf()
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["Content-Type"] == "application/pdf"
    assert (answer["X-Content-Type-Options"], answer["Cache-Control"]) == (
        "nosniff",
        "private, no-store",
    )


def test_a_file_of_another_answers_like_one_that_does_not_exist(client, cohort, user):
    draft = applications.draft(cohort)
    file = applications.cv(draft)
    assert client.get(url("application_file", cohort, file.key)).status_code == 404
    client.force_login(people.administrator())
    assert client.get(url("application_file", cohort, file.key)).status_code == 404
    services.submit_application(application=draft, revision=1)
    answer = client.get(url("application_file", cohort, file.key))
    assert answer.content == pdf()
    other = cohorts.cohort("MC-PROVA-2", course=cohort.course)
    assert client.get(url("application_file", other, file.key)).status_code == 404


# --- The administrator ----------------------------------------------------------------------------
def act(desk, cohort, action, **data):
    return desk.post(reverse("cohorts_admin:act", args=[cohort.pk, action]), data)


def test_questions_are_written_ordered_and_removed_without_a_pointer(desk, cohort):
    first = {
        "label_it": "Quando?",
        "kind": "one",
        "options_it": "Sera\nMattina",
        "max_length": "500",
    }
    assert act(desk, cohort, "domanda", **first).status_code == 302
    act(
        desk,
        cohort,
        "domanda",
        label_it="Perché?",
        label_en="Why?",
        kind="short",
        max_length="500",
        required="on",
    )
    one, two = ApplicationQuestion.objects.order_by("position")
    act(desk, cohort, "sposta-domanda", question=two.pk, to="up")
    assert list(cohort.application_questions.values_list("labels__it", flat=True)) == [
        "Perché?",
        "Quando?",
    ]
    act(desk, cohort, "togli-domanda", question=one.pk)
    assert cohort.application_questions.get() == two


@pytest.mark.parametrize(
    "wrong",
    [
        {"options_it": "Sera"},
        {"options_it": "Sera\nSera"},
        {"options_en": "Evening"},
        {"label_it": ""},
    ],
)
def test_a_question_that_cannot_be_asked_is_given_back(desk, cohort, wrong):
    data = {
        "label_it": "Quando?",
        "kind": "one",
        "options_it": "Sera\nMattina",
        "max_length": "500",
    }
    assert act(desk, cohort, "domanda", **data | wrong).status_code == 422
    assert not ApplicationQuestion.objects.exists()


def test_a_frozen_question_is_mended_in_its_words(desk, cohort):
    row = applications.question(cohort, "one", required=True)
    services.apply(cohort=cohort, user=people.person())
    address = reverse("cohorts_admin:question", args=[cohort.pk, row.pk])
    data = {"label_it": "Quando puoi?", "options_it": "La sera\nDi mattina", "kind": "short"}
    assert desk.post(address, data).status_code == 302
    row.refresh_from_db()
    assert (row.label, row.kind, row.required) == ("Quando puoi?", "one", True)
    assert desk.post(address, data | {"options_it": "Sera\nMattina\nMai"}).status_code == 409
    assert act(desk, cohort, "togli-domanda", question=row.pk).status_code == 302
    assert ApplicationQuestion.objects.exists()


def test_parts_are_set_and_taken_over(desk, cohort):
    parts = {
        "motivation": "optional",
        "motivation_length": "900",
        "cv": "required",
        "organisation": "off",
    }
    act(desk, cohort, "parti", **parts, bursary="on")
    assert [ask.name for ask in summary.asks_of(cohort)] == [
        "motivation",
        "cv",
        "bursary",
        "bursary_reason",
    ]
    other = cohorts.cohort("MC-PROVA-2", course=cohort.course)
    act(desk, other, "copia-domande", source=cohort.pk)
    assert summary.admission_form(other).cv == "required"


@pytest.mark.parametrize("number", [1, 3])
def test_the_form_tab_costs_the_same_for_every_number_of_questions(
    desk, cohort, number, django_assert_num_queries
):
    for _number in range(number):
        applications.question(cohort)
    address = reverse("cohorts_admin:application_form", args=[cohort.pk])
    desk.get(address)
    with django_assert_num_queries(14):
        desk.get(address)


def test_the_preview_is_the_applicants_page_without_a_way_to_send(desk, cohort):
    applications.question(cohort, label="Che cosa fai?")
    page = body(desk.get(reverse("cohorts_admin:form_preview", args=[cohort.pk])))
    assert ("Che cosa fai?" in page, "data-autosave" in page) == (True, False)


def test_an_administrator_reads_an_application_whole_and_no_draft(desk, cohort):
    draft = applications.draft(cohort)
    address = reverse("cohorts_admin:application", args=[cohort.pk, draft.pk])
    assert desk.get(address).status_code == 404
    file = applications.cv(draft)
    applications.parts(cohort, cv="optional")
    services.submit_application(application=draft, revision=1)
    page = body(desk.get(address))
    assert "Una portineria." in page
    assert str(file.key) in page
    listed = body(desk.get(reverse("cohorts_admin:applications", args=[cohort.pk])))
    assert address in listed


def test_the_number_of_those_who_wait_is_told_and_no_name(desk, cohort):
    waiting = people.person(last_name="CANARINO")
    services.note_interest(course=cohort.course, user=waiting)
    services.ask_interest(course=cohort.course, email="canarino@example.org", language="it")
    page = body(desk.get(reverse("cohorts_admin:interests")))
    assert "<td>1</td>" in page
    assert "canarino" not in page.lower()
