"""The learner's pages: what they show, to whom, in how many queries, and what they must never show."""

import json
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from assessment import services
from assessment.models import Answer, Assessment, Attempt
from lms.cohorts import services as cohort_services
from tests.factories import cohorts, curriculum, people
from tests.factories.assessment import attempt, quiz, quiz_data, right_choices

pytestmark = pytest.mark.django_db


@pytest.fixture
def learner(client, enrolment):
    client.force_login(enrolment.user)
    return client


def url(name, pk, language="it"):
    with translation.override(language):
        return reverse(f"assessment:{name}", kwargs={"pk": pk})


def intro(enrolment, assessment, language="it"):
    with translation.override(language):
        return reverse(
            "assessment:detail", kwargs={"code": enrolment.cohort.code, "pk": assessment.pk}
        )


def paper(opened: Attempt, right: int | None = None) -> dict:
    """What a browser posts when the first `right` questions are answered."""
    fields = {}
    for number, question in enumerate(opened.questions):
        fields[f"r-{question['key']}"] = "0"
        if right is None or number < right:
            fields[f"q-{question['key']}"] = right_choices(question)
    return fields


# --- The way through ------------------------------------------------------------------------


def test_the_addresses_are_those_agreed(enrolment, assessment):
    assert (
        intro(enrolment, assessment) == f"/it/edizioni/MC-PROVA-2026-1/verifiche/{assessment.pk}/"
    )
    assert url("attempt", 7) == "/it/verifiche/tentativi/7/"
    assert url("autosave", 7) == "/it/verifiche/tentativi/7/risposte/"
    assert url("submit", 7) == "/it/verifiche/tentativi/7/consegna/"
    assert url("result", 7) == "/it/verifiche/tentativi/7/esito/"


def test_a_learner_goes_through_a_quiz_without_javascript(learner, enrolment, assessment):
    page = learner.get(intro(enrolment, assessment))
    assert page.status_code == 200
    assert "Quiz di prova" in page.content.decode()
    begun = learner.post(intro(enrolment, assessment))
    opened = Attempt.objects.get()
    assert begun.url == url("attempt", opened.pk)
    saved = learner.post(url("attempt", opened.pk), paper(opened, right=2))
    assert saved.url == url("attempt", opened.pk)
    body = learner.get(saved.url).content.decode()
    assert len(re.findall(r" checked", body)) == 3  # one choice, and the two of the multiple one
    fields = paper(opened) | {
        f"r-{answer.question_key}": str(answer.revision) for answer in Answer.objects.all()
    }
    done = learner.post(url("submit", opened.pk), fields)
    assert done.url == url("result", opened.pk)
    body = learner.get(done.url).content.decode()
    assert "100&nbsp;%" in body
    assert "SPIEGAZIONE-1" in body
    assert "RISCONTRO-1-a" in body
    again = learner.post(url("submit", opened.pk), fields)
    assert again.url == url("result", opened.pk)
    assert learner.get(url("attempt", opened.pk)).url == url("result", opened.pk)


def test_handing_in_with_missing_answers_asks_once(learner, enrolment, assessment):
    opened = services.start_attempt(enrolment=enrolment, assessment=assessment)
    asked = learner.post(url("submit", opened.pk), paper(opened, right=6))
    assert asked.status_code == 200
    assert [question.number for question in asked.context["missing"]] == [7, 8]
    assert Answer.objects.filter(attempt=opened).exclude(choices=[]).count() == 6
    opened.refresh_from_db()
    assert opened.is_open
    done = learner.post(url("submit", opened.pk), {"confirmed": "1"})
    assert done.url == url("result", opened.pk)
    opened.refresh_from_db()
    assert opened.percent == 75


def test_autosave_answers_in_json(learner, enrolment, assessment):
    opened = services.start_attempt(enrolment=enrolment, assessment=assessment)
    data = {"question": "prova-quiz-q02", "choices": ["a", "b"], "revision": "0"}
    reply = learner.post(url("autosave", opened.pk), data)
    answer = Answer.objects.get()
    assert reply.json() == {
        "saved_at": f"{timezone.localtime(answer.saved_at):%H:%M}",
        "revision": 1,
    }
    assert answer.choices == ["a", "b"]
    late = learner.post(url("autosave", opened.pk), data | {"choices": ["a"]})
    assert (late.status_code, late.json()["code"]) == (409, "conflict")
    unknown = learner.post(url("autosave", opened.pk), data | {"question": "altro"})
    assert (unknown.status_code, unknown.json()["code"]) == (409, "unknown_question")
    broken = learner.post(url("autosave", opened.pk), {"revision": "x"})
    assert (broken.status_code, broken.json()["code"]) == (400, "invalid")


def test_a_paper_does_not_overwrite_another_device(learner, enrolment, assessment):
    opened = services.start_attempt(enrolment=enrolment, assessment=assessment)
    services.save_answer(attempt=opened, question_key="prova-quiz-q01", choices=["c"])
    for name in ("attempt", "submit"):
        reply = learner.post(url(name, opened.pk), paper(opened))
        assert reply.status_code == 409
        assert Answer.objects.get(question_key="prova-quiz-q01").choices == ["c"]
        opened.refresh_from_db()
        assert opened.is_open


def test_a_late_answer_is_refused_and_the_clock_closes(learner, enrolment, assessment):
    opened = services.start_attempt(enrolment=enrolment, assessment=assessment)
    Attempt.objects.update(deadline_at=timezone.now() - timedelta(minutes=1))
    data = {"question": "prova-quiz-q01", "choices": ["a"]}
    reply = learner.post(url("autosave", opened.pk), data)
    assert (reply.status_code, reply.json()["code"]) == (409, "too_late")
    page = learner.get(url("attempt", opened.pk))
    assert "<fieldset" not in page.content.decode()
    assert Attempt.objects.get().is_open  # a GET writes nothing
    assert learner.post(url("submit", opened.pk), paper(opened)).url == url("result", opened.pk)
    done = Attempt.objects.get()
    assert (done.percent, done.ended_by) == (0, "clock")


def test_a_countdown_that_ends_too_soon_does_not_hand_in(learner, enrolment, assessment):
    opened = services.start_attempt(enrolment=enrolment, assessment=assessment)
    reply = learner.post(url("submit", opened.pk), paper(opened, 1) | {"timeout": "1"})
    assert reply.url == url("attempt", opened.pk)
    assert Answer.objects.exclude(choices=[]).count() == 1
    Attempt.objects.update(deadline_at=timezone.now() + timedelta(seconds=3))
    reply = learner.post(url("submit", opened.pk), {"timeout": "1"})
    assert reply.url == url("result", opened.pk)


def test_each_refusal_of_a_start_is_told_in_italian(learner, enrolment, assessment):
    cohort_services.withdraw(enrolment=enrolment, on=timezone.localdate(), reason="", by=None)
    reply = learner.post(intro(enrolment, assessment))
    assert reply.status_code == 409
    assert reply.context["refusal"].code == "enrolment_not_active"
    assert not Attempt.objects.exists()


def test_the_intro_offers_no_start_where_there_is_none(learner, enrolment):
    only = quiz(enrolment.cohort.course, attempts_allowed=1)
    attempt(enrolment, only)
    page = learner.get(intro(enrolment, only))
    assert page.context["can_start"] is False
    assert 'method="post"' not in page.content.decode().split("<main")[1].split("</main")[0]


def test_an_unpublished_quiz_answers_like_one_that_does_not_exist(learner, enrolment, assessment):
    Assessment.objects.update(published=False)
    assert learner.get(intro(enrolment, assessment)).status_code == 404


def test_the_english_page_shows_english_where_there_is_some(learner, enrolment, assessment):
    opened = services.start_attempt(enrolment=enrolment, assessment=assessment)
    body = learner.get(url("attempt", opened.pk, "en")).content.decode()
    assert "Question number 1?" in body
    assert "Domanda numero 1?" not in body
    services.submit_attempt(attempt=opened)
    body = learner.get(url("result", opened.pk, "en")).content.decode()
    # The choices' feedback exists in Italian only: it is shown, and marked as Italian.
    assert re.search(r'lang="it">\s*RISCONTRO-1-a', body)


def test_a_question_without_english_is_shown_in_italian_with_a_notice(learner, enrolment):
    data = quiz_data(2)
    del data["questions"][1]["text"]["en"]
    half = services.import_quiz(course=enrolment.cohort.course, data=data)
    opened = services.start_attempt(enrolment=enrolment, assessment=half)
    english = learner.get(url("attempt", opened.pk, "en"))
    assert english.context["untranslated"] is True
    assert '<span lang="it">Domanda numero 2?</span>' in english.content.decode()
    assert learner.get(url("attempt", opened.pk)).context["untranslated"] is False


# --- Secrets --------------------------------------------------------------------------------

CANARIES = ("SPIEGAZIONE-", "EXPLANATION-", "RISCONTRO-", "correct")


def test_nothing_tells_the_right_answers_before_the_hand_in(learner, enrolment, assessment):
    opened = services.start_attempt(enrolment=enrolment, assessment=assessment)
    assert any(canary in json.dumps(opened.snapshot) for canary in CANARIES)
    data = {"question": "prova-quiz-q01", "choices": ["a"], "revision": "0"}
    replies = [
        learner.get(intro(enrolment, assessment)),
        learner.get(url("attempt", opened.pk)),
        learner.get(url("attempt", opened.pk, "en")),
        learner.post(url("autosave", opened.pk), data),
        learner.post(url("autosave", opened.pk), data | {"choices": ["z"]}),
        learner.post(url("submit", opened.pk), paper(opened, right=3)),
        learner.post(url("attempt", opened.pk), paper(opened), follow=True),
        learner.get(url("result", opened.pk), follow=True),
    ]
    for reply in replies:
        assert reply.status_code in (200, 409)
        body = reply.content.decode()
        assert [canary for canary in CANARIES if canary in body] == []


def test_a_right_and_a_wrong_answer_get_the_same_reply(learner, enrolment, assessment):
    opened = services.start_attempt(enrolment=enrolment, assessment=assessment)
    replies = []
    for question, choice in (("prova-quiz-q01", "a"), ("prova-quiz-q04", "b")):
        reply = learner.post(
            url("autosave", opened.pk), {"question": question, "choices": [choice], "revision": "0"}
        )
        replies.append(sorted(reply.json()))
    assert replies[0] == replies[1] == ["revision", "saved_at"]


# --- Who ------------------------------------------------------------------------------------

METHODS = {
    "attempt": ("get", "post"),
    "result": ("get",),
    "submit": ("post",),
    "autosave": ("post",),
}


def _people(enrolment):
    cohort = enrolment.cohort
    teacher = cohorts.teacher(cohort)
    curriculum.teach(cohort.course, teacher)
    return {
        "classmate": cohorts.learner(cohort).user,
        "stranger": people.person(),
        "teacher": teacher,
        "manager": cohorts.manager(cohort),
        "administrator": people.administrator(),
        "committee": people.committee(),
    }


@pytest.mark.slow
@pytest.mark.parametrize("submitted", [False, True])
def test_a_foreign_attempt_answers_like_one_that_does_not_exist(
    client, enrolment, assessment, submitted
):
    own = attempt(enrolment, assessment, submit=submitted)
    for user in _people(enrolment).values():
        client.force_login(user)
        for name, methods in METHODS.items():
            for method in methods:
                foreign = getattr(client, method)(url(name, own.pk))
                missing = getattr(client, method)(url(name, own.pk + 1000))
                assert foreign.status_code == missing.status_code == 404
                assert _plain(foreign, own.pk) == _plain(missing, own.pk + 1000)


def _plain(response, pk) -> str:
    """The body without what differs between any two requests."""
    body = response.content.decode().replace(f"/{pk}/", "/PK/")
    return re.sub(r'(nonce|value|csrf)[^>]*"[\w=-]{20,}"', "", body)


@pytest.mark.slow
def test_the_intro_is_for_the_enrolled_of_that_cohort(client, enrolment, assessment):
    other = cohorts.cohort("MC-ALTRO-2026-1", course=curriculum.course("MC-ALTRO"))
    members = _people(enrolment)
    members["of another cohort"] = cohorts.learner(other).user
    for name, user in members.items():
        client.force_login(user)
        expected = 200 if name == "classmate" else 404
        assert client.get(intro(enrolment, assessment)).status_code == expected, name
    client.force_login(enrolment.user)
    foreign = quiz(other.course, key="altro-quiz")
    assert client.get(intro(enrolment, foreign)).status_code == 404


@pytest.mark.parametrize("name", METHODS)
def test_the_anonymous_are_sent_to_the_login_and_nothing_is_kept(
    client, enrolment, assessment, name
):
    own = attempt(enrolment, assessment, submit=False)
    for reply in (
        getattr(client, METHODS[name][0])(url(name, own.pk)),
        client.get(intro(enrolment, assessment)),
    ):
        assert reply.status_code == 302
        assert "/account/login/" in reply.url
        assert "no-store" in reply["Cache-Control"]


def addresses(enrolment, assessment) -> list[str]:
    """The quiz, a paper being written and a result."""
    done = attempt(enrolment, assessment)
    opened = attempt(enrolment, assessment, submit=False)
    return [intro(enrolment, assessment), url("attempt", opened.pk), url("result", done.pk)]


def test_personal_pages_are_not_stored(learner, enrolment, assessment):
    for address in addresses(enrolment, assessment):
        assert "no-store" in learner.get(address)["Cache-Control"]


def test_reading_is_get_and_changing_is_post(learner, enrolment, assessment):
    opened = attempt(enrolment, assessment, submit=False)
    assert learner.get(url("submit", opened.pk)).url == url("attempt", opened.pk)
    assert learner.get(url("autosave", opened.pk)).status_code == 405
    assert learner.post(url("result", opened.pk)).status_code == 405
    assert Attempt.objects.get().is_open


# --- Cost -----------------------------------------------------------------------------------


def queries(client, address) -> list[str]:
    client.get(address)  # warms the caches of the process
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(address).status_code == 200
    return [query["sql"] for query in captured]


def costs(client, enrolment, questions, attempts=1) -> dict[str, int]:
    made = quiz(enrolment.cohort.course, questions=questions, attempts_allowed=9)
    done = next(attempt(enrolment, made) for _ in range(attempts))
    opened = attempt(enrolment, made, submit=False)
    return {
        "intro": len(queries(client, intro(enrolment, made))),
        "paper": len(queries(client, url("attempt", opened.pk))),
        "result": len(queries(client, url("result", done.pk))),
    }


@pytest.mark.slow
def test_the_pages_cost_the_same_whatever_their_size(client):
    cohort = cohorts.cohort()
    seen = []
    for questions, attempts in ((1, 1), (3, 3), (50, 1)):
        enrolment = cohorts.learner(cohort)
        client.force_login(enrolment.user)
        seen.append(costs(client, enrolment, questions, attempts))
    assert seen[0] == seen[1] == seen[2]
    assert max(seen[0].values()) <= 15


@pytest.mark.slow
def test_saving_costs_the_same_for_one_answer_and_for_fifty(learner, enrolment):
    made = quiz(enrolment.cohort.course, questions=50)
    opened = services.start_attempt(enrolment=enrolment, assessment=made)
    counts = []
    for answers in (1, 50):
        with CaptureQueriesContext(connection) as captured:
            learner.post(url("attempt", opened.pk), paper(opened, answers))
        counts.append(len(captured))
        Answer.objects.all().delete()
    assert counts[0] == counts[1]


def test_reading_opens_no_transaction(learner, enrolment, assessment):
    for address in addresses(enrolment, assessment):
        statements = " ".join(queries(learner, address)).upper()
        assert "SAVEPOINT" not in statements
        assert "BEGIN" not in statements
