"""What the API says, to whom, and that its schema is true."""

import pytest
from django.urls import reverse

from lms.progress.services import complete_lesson
from tests.factories import cohorts, curriculum, people

pytestmark = pytest.mark.django_db


@pytest.mark.slow
def test_courses_are_public(client):
    curriculum.course()
    body = client.get("/api/v1/courses/").json()
    assert [(c["code"], c["title"], c["language"]) for c in body["results"]] == [
        ("MC-PROVA", "Corso di prova", "it")
    ]


def test_course_has_modules_outcomes_and_open_cohorts(client):
    cohort = cohorts.cohort()
    body = client.get("/api/v1/courses/MC-PROVA/").json()
    assert [m["title"] for m in body["modules"]] == ["Modulo 1", "Modulo 2"]
    assert [x["title"] for x in body["modules"][0]["lessons"]] == ["Lezione 1.1", "Lezione 1.2"]
    assert [o["key"] for o in body["outcomes"]] == ["O1", "O2"]
    assert [(c["code"], c["phase"]) for c in body["cohorts"]] == [(cohort.code, "running")]


def test_drafts_are_absent(client):
    course = curriculum.course()
    course.unpublish()
    assert client.get("/api/v1/courses/").json()["results"] == []
    assert client.get("/api/v1/courses/MC-PROVA/").status_code == 404


def test_draft_lessons_and_draft_cohorts_are_absent(client):
    course = curriculum.course()
    cohorts.draft_cohort(course=course)
    lesson = course.get_children().first().get_children().first().specific
    lesson.title = "CANARINO"
    lesson.save_revision()
    assert "CANARINO" not in client.get("/api/v1/courses/MC-PROVA/").text
    assert client.get("/api/v1/courses/MC-PROVA/").json()["cohorts"] == []


@pytest.mark.parametrize("courses", [1, 3])
def test_courses_queries_are_constant(client, django_assert_num_queries, courses):
    for number in range(courses):
        curriculum.course(f"MC-PROVA{number}", modules=1, lessons=1)
    client.get("/api/v1/courses/")
    with django_assert_num_queries(3):
        client.get("/api/v1/courses/")


def test_enrolments_are_ones_own(client):
    cohort = cohorts.cohort()
    mine, other = cohorts.learner(cohort), cohorts.learner(cohort)
    client.force_login(mine.user)
    body = client.get("/api/v1/enrolments/").json()
    assert [e["code"] for e in body["results"]] == [mine.code]
    foreign = client.get(f"/api/v1/enrolments/{other.code}/progress/")
    unknown = client.get("/api/v1/enrolments/MC-PROVA-2026-1-999/progress/")
    assert (foreign.status_code, foreign.json()) == (unknown.status_code, unknown.json())
    assert foreign.status_code == 404


def test_an_administrator_too_has_only_their_own(client):
    cohorts.learner(cohorts.cohort())
    client.force_login(people.administrator())
    assert client.get("/api/v1/enrolments/").json()["results"] == []


def test_enrolments_ask_for_a_login(client):
    response = client.get("/api/v1/enrolments/")
    assert response.status_code == 403
    assert response.json()["detail"]


def test_progress_says_where_i_stand(client):
    cohort = cohorts.cohort()
    enrolment = cohorts.learner(cohort)
    complete_lesson(enrolment=enrolment, lesson=cohort.lessons.first())
    client.force_login(enrolment.user)
    response = client.get(f"/api/v1/enrolments/{enrolment.code}/progress/")
    body = response.json()
    assert (body["lessons"]["done"], body["lessons"]["total"]) == (1, 4)
    assert body["attendance"]["threshold"] == 75
    assert body["attendance"]["percent"] == "0.00"
    assert body["assessments"] == []
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_the_api_writes_nothing(client, method):
    enrolment = cohorts.learner(cohorts.cohort())
    client.force_login(enrolment.user)
    response = getattr(client, method)(f"/api/v1/enrolments/{enrolment.code}/")
    assert response.status_code == 405


def test_schema_is_valid_and_names_every_path(client):
    from drf_spectacular.generators import SchemaGenerator
    from drf_spectacular.validation import validate_schema

    schema = SchemaGenerator(api_version="1").get_schema(request=None, public=True)
    validate_schema(schema)
    assert sorted(schema["paths"]) == [
        "/api/v1/courses/",
        "/api/v1/courses/{code}/",
        "/api/v1/enrolments/",
        "/api/v1/enrolments/{code}/",
        "/api/v1/enrolments/{code}/progress/",
    ]


def test_docs_are_readable_without_a_login(client):
    response = client.get(reverse("api:docs"))
    assert response.status_code == 200
    assert reverse("api:schema") in response.text
