"""Page types: where they may stand, that they are served, what they never show, what they cost."""

import pytest
from django.test import override_settings
from wagtail.models import Page, PageViewRestriction
from wagtail.test.utils import WagtailPageTestCase

from cms import models
from tests.factories import cms as hub
from tests.factories.curriculum import catalogue

ONLY_BELOW = {
    models.ManifestoArticlePage: models.ManifestoPage,
    models.EventPage: models.EventIndexPage,
    models.ResourcePage: models.LibraryIndexPage,
    models.ResearchProjectPage: models.ResearchIndexPage,
    models.GoodPracticePage: models.GoodPracticeIndexPage,
    models.NewsPage: models.NewsIndexPage,
}


class PageTreeTests(WagtailPageTestCase):
    def test_children_stand_below_their_list_only(self):
        for child, parent in ONLY_BELOW.items():
            self.assertAllowedParentPageTypes(child, {parent})
            self.assertAllowedSubpageTypes(parent, {child})
            self.assertAllowedSubpageTypes(child, set())

    def test_sections_stand_below_the_home_page(self):
        for section in (*ONLY_BELOW.values(), models.HelpDeskPage, models.ConsultingPage):
            self.assertCanCreateAt(models.HomePage, section)
            self.assertCanNotCreateAt(models.StandardPage, section)

    @pytest.mark.slow
    def test_pages_are_rendered(self):
        hub.article(1)
        pages = [
            hub.home(), hub.standard(), hub.help_desk(), hub.events(), hub.event(), hub.library(),
            hub.resource(), hub.news_list(), hub.news(), hub.manifesto(), hub.article(2),
        ]  # fmt: skip
        for page in pages:
            self.assertPageIsRenderable(page)

    @pytest.mark.slow
    def test_remaining_kinds_are_rendered(self):
        for model in (
            models.ConsultingPage,
            models.AccelerationPage,
            models.CommitteePage,
            models.NetworkPage,
            models.ResearchIndexPage,
            models.GoodPracticeIndexPage,
        ):
            self.assertPageIsRenderable(hub.section(model, model.__name__.lower()))

    def test_pages_with_a_view_can_be_previewed(self):
        for page in (hub.help_desk(), hub.library(), hub.events(), hub.news_list()):
            self.assertEqual(page.make_preview_request().status_code, 200)


@pytest.mark.django_db
def test_two_articles_cannot_bear_one_number():
    from django.core.exceptions import ValidationError

    hub.article(1)
    second = hub.article(2)
    second.number = 1
    with pytest.raises(ValidationError) as refusal:
        second.full_clean()
    assert list(refusal.value.message_dict) == ["number"]


@pytest.mark.django_db
def test_event_that_ends_before_it_begins_is_refused_by_name():
    from django.core.exceptions import ValidationError

    event = hub.event()
    event.ends_at = event.starts_at
    with pytest.raises(ValidationError) as refusal:
        event.full_clean()
    assert "ends_at" in refusal.value.message_dict


@pytest.mark.django_db
def test_article_leads_to_the_ones_beside_it(client):
    for number in (1, 2, 3):
        hub.article(number, slug=f"articolo-{number}")
    page = client.get("/it/manifesto/articolo-2/").content.decode()
    assert 'href="/it/manifesto/articolo-1/" rel="prev"' in page
    assert 'href="/it/manifesto/articolo-3/" rel="next"' in page
    assert "https://wa.me/?text=" in page
    assert "mailto:" in page


@pytest.mark.slow
@pytest.mark.django_db
def test_drafts_and_private_pages_never_leak(client):
    hub.event(live=False, title="Bozza di evento", slug="bozza-evento")
    hub.news(live=False, title="Bozza di notizia", slug="bozza-notizia")
    hub.resource(live=False, title="Bozza di scheda", slug="bozza-scheda")
    hub.article(1, live=False, title="Bozza di articolo", slug="bozza-articolo")
    private = hub.event(title="Evento riservato", slug="riservato")
    PageViewRestriction.objects.create(page=private, restriction_type="login")
    hub.event(title="Evento aperto")
    urls = [
        "/it/", "/it/eventi/", "/it/eventi/eventi.ics", "/it/notizie/", "/it/notizie/notizie.atom",
        "/it/biblioteca/", "/it/biblioteca/?q=bozza", "/it/manifesto/", "/sitemap.xml",
    ]  # fmt: skip
    for url in urls:
        response = client.get(url)
        assert response.status_code == 200, url
        assert b"ozza di" not in response.content, url
        assert b"iservato" not in response.content, url
    for url in (
        "/it/eventi/bozza-evento/",
        "/it/eventi/bozza-evento/evento.ics",
        "/it/eventi/riservato/evento.ics",
        "/it/notizie/bozza-notizia/",
    ):
        assert client.get(url).status_code == 404, url
    assert client.get("/it/eventi/riservato/").status_code == 302


COSTS = {
    "/it/": 15,
    "/it/eventi/": 15,
    "/it/biblioteca/": 15,
    "/it/notizie/": 15,
    "/it/manifesto/": 15,
    "/it/manifesto/primo/": 15,
    "/sitemap.xml": 15,
}


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("url", COSTS)
def test_page_costs_the_same_with_one_and_three_items(client, url, django_assert_max_num_queries):
    catalogue()
    subject = hub.topic("Comunità", "comunita")

    def add(number: int) -> None:
        hub.event(days=number)
        hub.event(days=-number)
        hub.news()
        hub.resource(topics=[subject])
        hub.article(number, slug="primo" if number == 1 else f"articolo-{number}")

    def cost() -> int:
        client.get(url)  # what is cached for the whole site is not this page's
        with django_assert_max_num_queries(COSTS[url]) as counted:
            assert client.get(url).status_code == 200
        return len(counted)

    add(1)
    with_one = cost()
    add(2)
    add(3)
    assert cost() == with_one


@pytest.mark.django_db
def test_reading_opens_no_transaction(client):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    hub.event()
    hub.help_desk()
    hub.resource()
    for url in ("/it/", "/it/eventi/", "/it/sportello/", "/it/biblioteca/?q=a"):
        with CaptureQueriesContext(connection) as queries:
            client.get(url)
        writes = [
            q["sql"] for q in queries if q["sql"].startswith(("SAVEPOINT", "INSERT", "UPDATE"))
        ]
        assert writes == [], url


@pytest.mark.django_db
@override_settings(SITE_URL="https://cohub.example")
def test_sitemap_names_every_translation(client):
    hub.standard()
    from wagtail.models import Locale

    hub.home("en")
    english = hub.standard().copy_for_translation(Locale.objects.get(language_code="en"))
    english.slug = "the-house"
    hub.publish(english)
    xml = client.get("/sitemap.xml").content.decode()
    assert "<loc>https://cohub.example/it/la-casa/</loc>" in xml
    assert 'hreflang="en" href="https://cohub.example/en/the-house/"' in xml
    assert 'hreflang="it" href="https://cohub.example/it/la-casa/"' in xml
    robots = client.get("/robots.txt").content.decode()
    assert "Sitemap: https://cohub.example/sitemap.xml" in robots
    assert "Disallow: /admin/" in robots


@pytest.mark.slow
@pytest.mark.django_db
def test_links_in_texts_lead_to_the_readers_language_and_never_to_drafts(client):
    from wagtail.models import Locale

    hub.home("en")
    house = hub.standard()
    english = house.copy_for_translation(Locale.objects.get(language_code="en"))
    english.slug = "the-house"
    hub.publish(english)
    draft = hub.news(live=False)
    words = "".join(f'<a linktype="page" id="{page.pk}">x</a>' for page in (house, draft, draft))
    hub.publish(hub.news(slug="collegamenti", body=hub.text(words)))
    hub.news(language="en", slug="links", body=hub.text(words))
    page = client.get("/it/notizie/collegamenti/").content.decode()
    assert '<a href="/it/la-casa/">x</a>' in page
    assert page.count("<a>x</a>") == 2
    assert '<a href="/en/the-house/">x</a>' in client.get("/en/notizie/links/").content.decode()


@pytest.mark.django_db
def test_many_links_cost_one_query(client, django_assert_num_queries):
    from cms import rich_text

    pages = [hub.news() for _number in range(3)]
    rich_text.forget()
    wanted = [{"id": str(page.pk)} for page in pages]
    with django_assert_num_queries(1):
        rich_text.HubPageLinkHandler.expand_db_attributes_many(wanted)
        rich_text.HubPageLinkHandler.expand_db_attributes_many(wanted[:1])
    assert Page.objects.count() > 3


@pytest.mark.django_db
def test_empty_lists_say_so(client):
    hub.events()
    hub.news_list()
    hub.library()
    for url in ("/it/eventi/", "/it/notizie/", "/it/biblioteca/"):
        page = client.get(url).content.decode()
        assert 'class="empty"' in page, url
