"""Screens of Wagtail that look a page up by its number: a foreign draft has none that exists."""

import re

import pytest
from django.urls import reverse

from curriculum.models import Course, Lesson, Module
from curriculum.services.translations import translate_page
from tests.factories import curriculum, people

pytestmark = pytest.mark.django_db
SECRET = "CANARINO"
NOBODYS = 987654321


@pytest.fixture
def theirs() -> Course:
    """A live course of somebody else, with a draft of a lesson that was never published."""
    course = curriculum.course("MC-ALTRUI", modules=1, lessons=1)
    author = people.instructor()
    curriculum.teach(course, author)
    module = Module.objects.child_of(course).get()
    lesson = module.add_child(instance=Lesson(title=f"{SECRET} bozza", slug="canarino", live=False))
    lesson.save_revision(user=author)
    return course


@pytest.fixture(params=["instructor", "manager"])
def person(request, theirs, client):
    user = people.person(request.param)
    curriculum.teach(curriculum.course("MC-MIO", modules=1, lessons=1), user)
    client.force_login(user)
    return user


def told(response, address: str) -> tuple[int, str, str]:
    body = b"".join(response) if response.streaming else response.content
    text = body.decode(errors="replace").replace(address, "ADDRESS")
    text = re.sub(r'nonce="[^"]*"|value="[^"]*"', "", text)
    return response.status_code, response.get("Location", ""), text


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("wagtailadmin_explore", "{page}"),
        ("wagtailadmin_explore_results", "{page}"),
        ("wagtailadmin_choose_page_child", "{page}"),
        ("wagtailadmin_pages:revisions_compare", "{page} earliest latest"),
        ("wagtailadmin_workflows:remove", "{page}"),
        ("wagtailadmin_pages:move_confirm", "{own} {page}"),
    ],
)
def test_a_foreign_draft_has_no_number(client, person, theirs, name, arguments):
    draft = Lesson.objects.get(slug="canarino")
    own = Module.objects.get(path__startswith=Course.objects.get(code="MC-MIO").path)
    for method in (client.get, client.post):
        answers = []
        for pk in (draft.pk, NOBODYS):
            address = reverse(name, args=arguments.format(page=pk, own=own.pk).split())
            answers.append(told(method(address), address))
        assert answers[0][0] == 404
        assert answers[0] == answers[1]


def test_who_chooses_several_pages_learns_no_title_of_a_foreign_draft(client, person, theirs):
    address = reverse("wagtailadmin_choose_page_chosen_multiple")
    draft = Lesson.objects.get(slug="canarino")
    query = {"id": [draft.pk, theirs.pk, NOBODYS, "x", "9" * 40]}
    found = client.get(address, query).json()["result"]
    assert [row["id"] for row in found] == [theirs.pk]


def test_a_chooser_still_opens_below_published_pages_of_others(client, person, theirs):
    address = reverse("wagtailadmin_choose_page_child", args=[theirs.pk])
    answer = client.get(address)
    assert answer.status_code == 200
    assert SECRET not in answer.content.decode()


def test_the_report_of_page_types_is_for_administrators(client, person, theirs):
    """It names the page edited last of each kind, and who edited it."""
    for name in ("page_types_usage", "page_types_usage_results"):
        assert client.get(reverse(f"wagtailadmin_reports:{name}")).status_code == 404
    assert "page-types-usage" not in client.get("/admin/").content.decode()
    client.force_login(people.administrator())
    assert client.get(reverse("wagtailadmin_reports:page_types_usage")).status_code == 200


def test_the_texts_of_a_foreign_translation_do_not_exist(client, person, theirs):
    author = theirs.instructor_rows.get().user
    lesson = Lesson.objects.descendant_of(theirs).live().get()
    translation = translate_page(page=lesson, by=author)
    answers = []
    for pk in (translation.pk, NOBODYS):
        address = reverse("wagtail_localize:download_pofile", args=[pk])
        answers.append(told(client.get(address), address))
    assert answers[0][0] == 404
    assert answers[0] == answers[1]
    client.force_login(author)
    address = reverse("wagtail_localize:download_pofile", args=[translation.pk])
    assert b"msgid" in client.get(address).content
