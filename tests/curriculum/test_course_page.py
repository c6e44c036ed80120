"""The course page's fields, its map of outcomes, what machines read of it, its picture to share."""

import io
import json
import re

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from cms.models import Partner
from curriculum import pictures
from curriculum.desk import authors_map
from curriculum.models import Course, Lesson, Module
from tests.factories import assessment, cohorts, curriculum, people

pytestmark = pytest.mark.django_db

COURSE = "/it/master-civici/mc-prova/"


def body(response):
    assert response.status_code == 200
    return response.content.decode()


def machine_data(page: str) -> dict:
    return json.loads(
        re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)[1]
    )


def meta(page: str, name: str) -> str:
    found = re.search(rf'<meta (?:property|name)="{name}" content="([^"]*)">', page)
    return found[1] if found else ""


# --- Fields -----------------------------------------------------------------------------------
@pytest.mark.slow
def test_page_says_fee_bursaries_partners_courses_before_and_questions(client):
    partner = Partner.objects.create(
        name="Istituto inventato", kind="university", locale=curriculum.home().locale
    )
    curriculum.course("MC-PRIMA", title="Prima", modules=0)
    hidden = curriculum.course("MC-BOZZA", title="Nascosto", modules=0)
    hidden.unpublish()
    curriculum.course(
        fee="1480.50", fee_text="In due volte.", bursary_text="Un posto su cinque.",
        partner_keys=[str(partner.translation_key), "rotta"],
        prerequisite_codes=["MC-PRIMA", "MC-BOZZA", "MC-NIENTE"],
        faq=[("question", {"question": "A distanza?", "answer": "<p>Anche <b>sì</b>.</p>"})],
        hours_class=8, hours_project=4, hours_total=20,
    )  # fmt: skip
    page = body(client.get(COURSE))
    for text in (
        "1.480,50\xa0€", "In due volte.", "Un posto su cinque.", "Istituto inventato",
        '<a href="/it/master-civici/mc-prima/">Prima</a>', "A distanza?", "<dd>8&nbsp;h</dd>",
    ):  # fmt: skip
        assert text in page
    assert "Nascosto" not in page


@pytest.mark.slow
def test_free_course_says_so_and_one_without_fee_says_nothing(client):
    course = curriculum.course(fee=0)
    page = body(client.get(COURSE))
    assert 'class="course-fee"' in page
    assert machine_data(page)["offers"][0]["category"] == "Free"
    course.fee = None
    curriculum.publish(course)
    page = body(client.get(COURSE))
    assert 'class="course-fee"' not in page and "offers" not in machine_data(page)


# --- Outcomes ---------------------------------------------------------------------------------
def serve(page, *keys):
    page.outcome_keys = list(keys)
    return curriculum.publish(page)


def draft(page, *keys):
    page.outcome_keys = list(keys)
    page.save_revision()


def test_readers_see_where_an_outcome_is_taught_and_no_flag(client):
    course = curriculum.course()
    serve(Lesson.objects.descendant_of(course).last(), "O1")
    page = body(client.get(COURSE))
    rows = re.findall(r'<ul class="outcomes".*?</ul>', page, re.S)[0]
    assert rows.count("outcome-served") == 1  # O2 is served by nothing: nothing is said of it
    assert re.search(r"O1|Riconosce.*?outcome-served\">[^<]* 2<", rows, re.S)


def test_authors_see_every_outcome_and_drafts_too():
    course = curriculum.course()
    Module.objects.child_of(course).first().unpublish()
    draft(Module.objects.child_of(course).first(), "O1")
    first, second = authors_map(course)
    assert (first.served, first.modules, second.served) == (True, ((1, "Modulo 1"),), False)


def test_authors_see_the_draft_of_a_published_lesson_and_readers_what_is_published(client):
    course = curriculum.course()
    lesson = serve(Lesson.objects.descendant_of(course).last(), "O1")
    lesson.title = "Titolo in bozza"
    draft(lesson, "O2")
    first, second = authors_map(course)
    assert (first.served, second.lessons, second.modules) == (
        False, ("Titolo in bozza",), ((2, "Modulo 2"),),
    )  # fmt: skip
    rows = re.findall(r'<ul class="outcomes".*?</ul>', body(client.get(COURSE)), re.S)[0]
    assert re.findall(r"<li>([^<.]*)[^<]*<span", rows) == ["Riconosce chi va invitato"]


@pytest.mark.slow
def test_authors_map_asks_the_same_for_a_few_lessons_and_for_many():
    counts = []
    for size in (1, 3):
        course = curriculum.course(f"MC-{size}", modules=size, lessons=size)
        with CaptureQueriesContext(connection) as asked:
            authors_map(course)
        counts.append(len(asked))
    assert counts == [3, 3]


def test_quizzes_serve_the_outcomes_of_their_questions(client):
    course = curriculum.course()
    quiz = assessment.quiz(course)
    question = quiz.question_rows.first().question
    question.outcome = "O2"
    question.save()
    title = str(quiz)
    assert title in re.findall(r'class="outcome-served">([^<]*)', body(client.get(COURSE)))[0]
    quiz.published = False
    quiz.save()
    assert "outcome-served" not in body(client.get(COURSE))
    assert authors_map(course)[1].assessments[0].public is False


@pytest.fixture
def author(client):
    user = people.administrator()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_editor_ticks_the_outcomes_of_the_course_and_refuses_others(author):
    course = curriculum.course(modules=1, lessons=0)
    module = Module.objects.child_of(course).get()
    address = reverse("wagtailadmin_pages:edit", args=[module.pk])
    page = body(author.get(address))
    assert page.count('type="checkbox" name="outcome_keys"') == 2
    form = {"title": module.title, "slug": module.slug, "hours": "4", "summary": ""}
    author.post(address, {**form, "outcome_keys": ["O2"]})
    assert Module.objects.get(pk=module.pk).get_latest_revision_as_object().outcome_keys == ["O2"]
    page = body(author.post(address, {**form, "outcome_keys": ["O9"]}))
    assert "O9" in page
    assert Module.objects.get(pk=module.pk).get_latest_revision_as_object().outcome_keys == ["O2"]


def test_editor_names_an_outcome_that_is_gone_until_it_is_unticked(author):
    course = curriculum.course(modules=1, lessons=0)
    module = serve(Module.objects.child_of(course).get(), "O7")
    address = reverse("wagtailadmin_pages:edit", args=[module.pk])
    assert "O7 ·" in body(author.get(address))
    form = {"title": module.title, "slug": module.slug, "hours": "4", "outcome_keys": ["O7"]}
    assert author.post(address, form).status_code == 200
    assert author.post(address, {**form, "outcome_keys": []}).status_code == 302


def test_course_editor_shows_the_map_with_what_is_unserved(author):
    course = curriculum.course()
    serve(Module.objects.child_of(course).first(), "O1")
    page = body(author.get(reverse("wagtailadmin_pages:edit", args=[course.pk])))
    assert page.count('<th scope="row">O') == 2
    assert page.count("help-warning") == 1


# --- For machines -----------------------------------------------------------------------------
@pytest.mark.slow
def test_structured_data_is_whole(client):
    course = curriculum.course(
        fee=480, bursary_text="Una borsa.", audience=["students"], eqf_level=6
    )
    cohort = cohorts.cohort(course=course, mode="hybrid")
    for _number in range(4):
        cohorts.session(cohort, link="https://stanza.example/segreta", mode="remote")
    curriculum.teach(course, people.instructor(first_name="Marta", last_name="Ferri"))
    page = body(client.get(COURSE))
    data = machine_data(page)
    assert data["offers"][0] | {"url": ""} == {
        "@type": "Offer", "category": "Partially Free", "price": "480.00", "priceCurrency": "EUR",
        "url": "",
    }  # fmt: skip
    (instance,) = data["hasCourseInstance"]
    assert (instance["courseMode"], instance["courseWorkload"]) == ("Blended", "PT24H")
    assert instance["courseSchedule"]["repeatCount"] == 4
    assert instance["instructor"] == [{"@type": "Person", "name": "Marta Ferri"}]
    place, virtual = instance["location"]
    assert place["address"] == {
        "@type": "PostalAddress", "addressCountry": "IT", "addressLocality": "Milano",
        "streetAddress": "via inventata 1",
    }  # fmt: skip
    assert virtual["@type"] == "VirtualLocation"
    assert "stanza.example" not in page
    calendar = client.get(reverse("cohorts:calendar", args=[cohort.code])).content.decode()
    assert f"{cohort.code}/calendario.ics" in page
    assert calendar.count("BEGIN:VEVENT") == 4 and "stanza.example" not in calendar


# --- The picture to share ---------------------------------------------------------------------
@pytest.mark.slow
def test_picture_is_drawn_once_when_published_and_leaves_with_the_page(
    client, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        course = curriculum.course("MC-FIGURA", title="Figura", modules=0)
        curriculum.publish(course)
    name = pictures.picture_name(course)
    with default_storage.open(name) as file, Image.open(io.BytesIO(file.read())) as image:
        assert (image.size, image.format) == ((1200, 630), "PNG")
    page = body(client.get("/it/master-civici/mc-figura/"))
    address = meta(page, "og:image")
    assert address.endswith(f"/media/{name}")
    answer = client.get(f"/media/{name}")
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/png")
    for closer in answer._resource_closers:  # `close()` would end the connection of this test
        closer()
    assert meta(page, "twitter:card") == "summary_large_image"
    course.title = "Altra figura"
    course.save_revision()
    assert pictures.picture_name(Course.objects.get(pk=course.pk)) == name  # a draft draws nothing
    with django_capture_on_commit_callbacks(execute=True):
        course.unpublish()
    assert not default_storage.exists(name)
    assert pictures.store_picture(course.pk) == ""


def test_page_without_picture_shares_the_house_icon(client):
    curriculum.course("MC-SENZA", title="Titolo <b>&", modules=0)
    page = body(client.get("/it/master-civici/mc-senza/"))
    assert (meta(page, "twitter:card"), meta(page, "og:title")) == (
        "summary",
        "Titolo &lt;b&gt;&amp;",
    )


@pytest.mark.slow
@pytest.mark.parametrize("hue", [*pictures.HUES, ""])
def test_every_motif_is_drawn_whatever_the_title(hue):
    for title in ("", "co-", "Parolalunghissimasenzanemmenounospazio" * 3, "uno due " * 40):
        assert pictures.draw(title, "Master Civico · " * 9, hue).startswith(b"\x89PNG")


# --- Alternates -------------------------------------------------------------------------------
@pytest.mark.slow
def test_alternates_are_of_texts_not_of_aliases(client):
    course = curriculum.course()
    english = curriculum.catalogue("en").locale
    assert 'rel="alternate"' not in body(client.get(COURSE))
    alias = course.copy_for_translation(english, alias=True)
    page = body(client.get("/en/master-civici/mc-prova/"))
    assert 'hreflang="en" href="http://127.0.0.1:8000/en/master-civici/mc-prova/' not in page
    assert re.findall(r'rel="canonical" href="[^"]*(/it/[^"]*|/en/[^"]*)"', page) == [COURSE]
    sitemap = body(client.get("/sitemap.xml"))
    assert f"{COURSE}</loc>" in sitemap and "/en/master-civici/mc-prova/" not in sitemap
    alias.delete()
    curriculum.in_english(course, "Trial course")
    page = body(client.get(COURSE))
    assert re.findall(r'rel="alternate" hreflang="([^"]*)"', page) == ["it", "x-default", "en"]
    entry = re.search(
        rf"<url>(?:(?!</url>).)*{COURSE}</loc>.*?</url>", body(client.get("/sitemap.xml")), re.S
    )[0]
    assert re.findall(r'hreflang="([^"]*)"', entry) == ["it", "en", "x-default"]
