"""The frame of every page: menu, breadcrumb, the other language, addresses of the error pages."""

import re

import pytest
from django.contrib.auth import get_user_model
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils import translation
from django.utils.translation import override

from lms.core import navigation
from tests.factories import curriculum

pytestmark = pytest.mark.django_db


def switch_of(html: str) -> str:
    """The address that the header's language switch leads to."""
    return re.search(r'<a href="([^"]*)" hreflang="(?:it|en)" lang', html).group(1)


@pytest.fixture
def catalogue():
    page = curriculum.catalogue()
    page.show_in_menus = True
    return curriculum.publish(page)


def test_switch_leads_to_the_live_translation(client, catalogue):
    english = curriculum.catalogue("en")
    english.slug = "courses"
    curriculum.publish(english)
    assert switch_of(client.get("/it/master-civici/").text) == "/en/courses/"
    assert switch_of(client.get("/en/courses/").text) == "/it/master-civici/"


def test_switch_leads_home_without_a_live_translation(client, catalogue):
    curriculum.catalogue("en").unpublish()
    html = client.get("/it/master-civici/").text
    assert switch_of(html) == "/en/"
    assert 'rel="alternate" hreflang="en"' not in html


def test_switch_keeps_the_path_and_query_of_a_plain_view(client):
    curriculum.home()
    html = client.get("/it/account/login/?next=/it/").text
    assert switch_of(html) == "/en/account/login/?next=/it/"


def test_switch_of_a_plain_view_ignores_a_page_in_its_context(rf, catalogue):
    request = rf.get("/it/edizioni/MC-PROVA-1/lezioni/")
    with translation.override("it"):
        links = navigation.language_links(request, catalogue)
    assert [link.url for link in links] == [
        "/it/edizioni/MC-PROVA-1/lezioni/",
        "/en/edizioni/MC-PROVA-1/lezioni/",
    ]


def test_switch_asks_for_the_cookie_where_the_path_has_no_language(rf):
    request = rf.get("/v/ABC/")
    with translation.override("it"):
        html = render_to_string("base.html", {}, request=request)
    assert 'name="next" value="/v/ABC/"' in html
    assert '<button name="language" value="en" lang="en">English</button>' in html


@pytest.mark.slow
def test_menu_shows_live_sections_and_the_current_one(client, catalogue):
    hidden = curriculum.home().add_child(instance=type(catalogue)(title="Bozza", slug="bozza"))
    hidden.show_in_menus = True
    hidden.live = False
    hidden.save()
    curriculum.course()
    html = client.get("/it/master-civici/mc-prova/").text
    menu = re.search(r'<nav class="menu".*?</nav>', html, re.DOTALL).group()
    assert '<a href="/it/master-civici/" aria-current="true">Master Civici</a>' in menu
    assert "Bozza" not in menu


@pytest.mark.slow
def test_crumbs_lead_from_home_to_the_page_above(catalogue, rf):
    module = curriculum.course().get_children().first().specific
    request = rf.get(module.url)
    request.resolver_match = type("Match", (), {"url_name": "wagtail_serve"})()
    with translation.override("it"):
        crumbs = navigation.frame(request, module).crumbs
    assert [(crumb.label, crumb.url) for crumb in crumbs] == [
        ("Cohub Milano", "/it/"),
        ("Master Civici", "/it/master-civici/"),
        ("Corso di prova", "/it/master-civici/mc-prova/"),
    ]


@pytest.mark.parametrize("sections", [1, 3])
def test_frame_costs_one_query_whatever_the_number_of_sections(
    rf, django_assert_num_queries, catalogue, sections
):
    for number in range(sections):
        curriculum.home().add_child(
            instance=type(catalogue)(title=f"S{number}", slug=f"s{number}", show_in_menus=True)
        )
    request = rf.get("/it/master-civici/")
    with translation.override("it"), django_assert_num_queries(1):
        render_to_string("base.html", {"page": catalogue}, request=request)


def test_named_pages_are_found_by_their_italian_slug(rf, catalogue):
    page = curriculum.home().add_child(instance=type(catalogue)(title="Privacy", slug="privacy"))
    english = page.copy_for_translation(curriculum.home("en").locale)
    english.slug, english.title = "your-data", "Your data"
    curriculum.publish(english)
    with translation.override("en"):
        link = navigation.frame(rf.get("/en/")).named["privacy"]
    assert (link.label, link.url) == ("Your data", "/en/your-data/")


def test_signed_in_people_log_out_by_post(client):
    curriculum.home()
    user = get_user_model().objects.create_user("chiara@example.org", "una-parola-lunga")
    client.force_login(user)
    html = client.get("/it/").text
    form = re.search(
        r'<form method="post" action="/it/account/logout/">.*?</form>', html, re.DOTALL
    )
    assert "csrfmiddlewaretoken" in form.group()


def test_anonymous_pages_set_no_cookie(client):
    curriculum.home()
    assert dict(client.get("/it/").cookies) == {}


def test_title_names_the_page_and_the_house(client, catalogue):
    html = client.get("/it/master-civici/").text
    assert "<title>Master Civici · Cohub Milano</title>" in html
    assert '<html lang="it">' in html


def test_unknown_address_gets_the_house_s_own_404(client):
    curriculum.home()
    answer = client.get("/en/nothing-here/")
    assert (answer.status_code, "Error 404" in answer.text) == (404, True)
    assert '<main id="contenuto"' in answer.text


def test_styleguide_is_nowhere_when_debug_is_off(client):
    curriculum.home()
    assert client.get("/styleguide/", follow=True).status_code == 404
    with pytest.raises(NoReverseMatch):
        reverse("styleguide")


def test_styleguide_shows_every_component(rf, settings):
    from lms.core.styleguide import sample_context

    with override("it"):
        settings.ROOT_URLCONF = "tests.core.urls_with_styleguide"
        html = render_to_string(
            "core/styleguide.html", sample_context(), request=rf.get("/styleguide/")
        )
    for mark in ("course-grid", "panel-next", "checklist", "steps", "tabs", "pagination", "dialog",
                 "empty", "facts-row", "share", "avatar", "toolbar", "table-stack", "segmented",
                 "callout-case", "reflection", "message-error", "meter-mark"):  # fmt: skip
        assert mark in html, mark


@pytest.mark.parametrize("name", ["400", "500"])
def test_last_resort_pages_need_neither_request_nor_database(name, django_assert_num_queries):
    with translation.override("en"), django_assert_num_queries(0):
        assert f"Error {name}" in render_to_string(f"{name}.html")
