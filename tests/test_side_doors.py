"""Doors that libraries bring along, and bad input at the edges of several packages."""

import re

import pytest
from django.contrib.auth import SESSION_KEY
from django.test import override_settings
from django.urls import reverse
from wagtail.models import Page
from wagtail_localize.models import Translation, TranslationSource

from tests.factories import curriculum, media, people
from tests.factories.people import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("language", ["it", "en"])
def test_wagtails_login_for_closed_pages_lets_nobody_in(client, language):
    """It knew neither the second factor nor the limits on attempts."""
    person = people.administrator()
    data = {"username": person.email, "password": PASSWORD}
    answer = client.post(f"/{language}/_util/login/", data)
    assert (answer.status_code, answer["Location"]) == (302, f"/{language}/account/login/")
    assert SESSION_KEY not in client.session


def test_wagtails_login_keeps_a_safe_next(client):
    safe = client.get("/it/_util/login/?next=/it/profilo/")
    assert safe["Location"] == "/it/account/login/?next=%2Fit%2Fprofilo%2F"
    assert client.get("/it/_util/login/?next=//evil.example/")["Location"] == "/it/account/login/"


@pytest.mark.parametrize(
    "address",
    [
        "/it/edizioni/A%00B/", "/it/persone/?q=%00", "/it/%00/", "/admin/report/%00/",
        "/admin/cohort/?q=%00", "/it/edizioni/A%00/presenze/", "/media/images/a%00.png", "/calendari/%00.ics", "/it/sede/a%00/",
    ],
)  # fmt: skip
@pytest.mark.postgres
def test_a_null_character_is_an_address_that_does_not_exist(client, address):
    client.force_login(people.administrator())
    assert client.get(address).status_code == 404


@pytest.mark.postgres
@pytest.mark.parametrize("number", [2**31, 2**63, 10**30])
def test_a_number_too_large_is_one_that_does_not_exist(client, number):
    client.force_login(people.administrator())
    for address in (
        f"/it/persone/{number}/",
        f"/it/verifiche/tentativi/{number}/",
        f"/it/edizioni/MC-X/incontri/{number}/registro/",
        f"/it/edizioni/MC-X/lezioni/{number}-x/",
        f"/it/incontri/{number}/partecipa/",
        f"/admin/edizioni/{number}/",
        f"/admin/attestati/{number}/",
        f"/admin/attestati/registro/{number}/",
        f"/documenti/{number}/x.pdf",
    ):
        assert (address, client.get(address).status_code) == (address, 404)


def test_pages_of_a_person_are_not_stored(client):
    curriculum.catalogue()
    assert "Cache-Control" not in client.get("/it/master-civici/")
    client.force_login(people.person())
    assert client.get("/it/master-civici/")["Cache-Control"] == "private, no-store"


def test_an_instructor_cannot_overwrite_a_live_page_by_making_it_an_alias(client):
    course = curriculum.course(modules=1, lessons=1)
    lesson = course.get_descendants().filter(depth=6).get().specific
    english = curriculum.in_english(lesson, "Reviewed")
    source, _made = TranslationSource.get_or_create_from_instance(lesson)
    Translation.objects.create(source=source, target_locale=english.locale, enabled=False)
    instructor = people.instructor()
    curriculum.teach(course, instructor)
    for person in (instructor, people.administrator()):
        client.force_login(person)
        address = reverse("wagtail_localize:convert_to_alias", args=[english.pk])
        assert client.post(address).status_code == 404
    row = Page.objects.get(pk=english.pk)
    assert (row.title, row.alias_of_id) == ("Reviewed", None)


@pytest.mark.parametrize("role", ["instructor", "administrator"])
@pytest.mark.parametrize("action", ["publish", "unpublish", "delete", "move"])
def test_bulk_actions_do_not_pass_the_committee(client, role, action):
    course = curriculum.course(modules=1, lessons=1)
    lesson = course.get_descendants().filter(depth=6).get().specific
    lesson.title = "Falsa"
    lesson.save_revision()
    person = people.person(role)
    curriculum.teach(course, person)
    client.force_login(person)
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", action])
    client.post(f"{address}?id={lesson.pk}&next=/admin/", {"chooser": lesson.get_parent().pk})
    row = Page.objects.get(pk=lesson.pk)
    assert (row.live, row.title, row.get_parent().pk) == (
        True,
        "Lezione 1.1",
        lesson.get_parent().pk,
    )


@pytest.mark.parametrize("role", ["instructor", "administrator"])
@pytest.mark.parametrize("forged", ["alias", "publish_copies"])
def test_a_copy_is_never_live(client, role, forged):
    course = curriculum.course(modules=1, lessons=1)
    lesson = course.get_descendants().filter(depth=6).get()
    person = people.person(role)
    curriculum.teach(course, person)
    client.force_login(person)
    data = {
        "new_title": "Copia", "new_slug": "copia", "new_parent_page": lesson.get_parent().pk,
        forged: "on",
    }  # fmt: skip
    client.post(reverse("wagtailadmin_pages:copy", args=[lesson.pk]), data)
    assert not Page.objects.filter(slug="copia", live=True).exists()
    assert not Page.objects.exclude(alias_of=None).exists()


@pytest.mark.parametrize(
    "path",
    [
        "users/",
        "users/new/",
        "groups/",
        "groups/new/",
        "sites/",
        "collections/",
    ],
)
def test_an_administrator_reaches_nothing_that_would_raise_them(client, path):
    client.force_login(people.administrator())
    for answer in (
        client.get(f"/admin/{path}"),
        client.post(f"/admin/{path}", {"is_superuser": "on"}),
    ):
        assert (answer.status_code, answer["Location"]) == (302, "/admin/")


def test_the_account_page_of_the_admin_changes_no_rank(client):
    person = people.administrator()
    client.force_login(person)
    data = {
        "name_email-first_name": "Ada", "name_email-last_name": "Prova", "is_superuser": "on",
        "name_email-is_superuser": "on", "name_email-email": "altra@example.org", "groups": "1",
    }  # fmt: skip
    client.post("/admin/account/", data)
    before = (person.email, False, {"administrator"})
    person = type(person).objects.get(pk=person.pk)
    assert (person.email, person.is_superuser, set(person.roles)) == before


@pytest.mark.parametrize(
    ("role", "listed"),
    [("manager", 0), ("committee", 0), ("instructor", 1), ("administrator", 1)],
)
@pytest.mark.parametrize("kind", ["images", "documents"])
def test_the_admins_api_names_media_to_those_who_work_with_them(client, role, listed, kind):
    row = (media.image if kind == "images" else media.document)("Piantina riservata")
    client.force_login(people.person(role))
    address = f"/admin/api/main/{kind}/"
    answers = [client.get(f"{address}{query}") for query in ("", "?search=Piantina", f"{row.pk}/")]
    assert [answer.status_code for answer in answers] == [200, 200, 200 if listed else 404]
    assert answers[0].json()["meta"]["total_count"] == listed
    assert [("Piantina" in answer.content.decode()) for answer in answers] == [bool(listed)] * 3
    unknown = client.get(f"{address}987654321/")
    assert unknown.status_code == 404
    if not listed:
        assert answers[2].content == unknown.content


PAGE_SCREENS = [
    ("edit", "page_id"), ("history", "page_id"), ("view_draft", "page_id"), ("usage", "page_id"),
    ("delete", "page_id"), ("copy", "page_id"), ("lock", "page_id"), ("unpublish", "page_id"),
    ("move", "page_to_move_id"), ("set_page_position", "page_to_move_id"),
    ("add_subpage", "parent_page_id"), ("set_privacy", "page_id"), ("workflow_history", "page_id"),
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("role", ["instructor", "manager"])
def test_staff_cannot_tell_a_page_out_of_their_reach_from_none(client, role):
    course = curriculum.course("MC-ALTRUI", modules=1, lessons=1)
    person = people.person(role)
    curriculum.teach(curriculum.course("MC-MIO", modules=1, lessons=1), person)
    client.force_login(person)
    for name, argument in PAGE_SCREENS:
        for method in (client.get, client.post):
            texts = []
            for pk in (course.pk, 987654321):
                address = reverse(f"wagtailadmin_pages:{name}", kwargs={argument: pk})
                answer = method(address)
                assert (name, answer.status_code) == (name, 404)
                text = answer.content.decode().replace(address, "ADDRESS")
                texts.append(re.sub(r'nonce="[^"]*"|value="[^"]*"', "", text))
            assert texts[0] == texts[1], name


def test_the_gate_of_the_admin_stands_before_its_pages(client):
    course = curriculum.course(modules=1, lessons=1)
    address = reverse("wagtailadmin_pages:edit", args=[course.pk])
    for person in (None, people.person()):
        if person:
            client.force_login(person)
        for asked in (address, reverse("wagtailadmin_pages:edit", args=[987654321])):
            answer = client.get(asked)
            assert answer.status_code == 302
            assert answer["Location"].startswith("/admin/login/")


@override_settings(STAFF_MFA_REQUIRED=True)
@pytest.mark.parametrize(
    "path", ["/admin/", "/it/persone/", "/it/la-mia-pagina/", "/admin/account/"]
)
def test_staff_without_second_factor_are_led_to_it(client, path):
    client.force_login(people.administrator())
    answer = client.get(path)
    assert (answer.status_code, answer["Location"]) == (302, reverse("mfa_activate_totp"))
