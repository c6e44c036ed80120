"""Searching the library by plain GET."""

import pytest
from django.test import Client

from tests.factories import cms as hub

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


@pytest.fixture
def shelf():
    law = hub.topic("Diritto", "diritto")
    community = hub.topic("Comunità", "comunita")
    hub.resource(title="Codice del Terzo settore", kind="law", year=2017, topics=[law])
    hub.resource(title="Più città, meno garage", authors="Ànna Rossò", topics=[community])
    hub.resource(title="Quaderno delle misure", kind="notebook", topics=[law, community])


def titles(response) -> list[str]:
    return [resource.title for resource in response.context["page_obj"]]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Codice del Terzo settore", "Più città, meno garage", "Quaderno delle misure"]),
        ("q=citta", ["Più città, meno garage"]),
        ("q=ROSSO+garage", ["Più città, meno garage"]),
        ("q=2017", ["Codice del Terzo settore"]),
        ("q=comunità", ["Più città, meno garage", "Quaderno delle misure"]),
        ("kind=law", ["Codice del Terzo settore"]),
        ("topic=diritto", ["Codice del Terzo settore", "Quaderno delle misure"]),
        ("topic=diritto&kind=notebook", ["Quaderno delle misure"]),
        ("q=terzo+città", []),
        ("q=%25", []),
    ],
)
def test_search_and_filters(client, shelf, query, found):
    assert titles(client.get(f"/it/biblioteca/?{query}")) == found


def test_unknown_filter_is_said_and_left_out(client, shelf):
    response = client.get("/it/biblioteca/?kind=romanzo&topic=magia&page=99")
    assert len(titles(response)) == 3
    assert set(response.context["form"].errors) == {"kind", "topic"}


def test_nothing_found_offers_a_way_on(client, shelf):
    hub.help_desk()
    page = client.get("/it/biblioteca/?q=unicorno").content.decode()
    assert 'href="/it/sportello/"' in page
    assert 'value="unicorno"' in page


def test_a_word_of_markup_is_shown_as_text(client, shelf):
    page = client.get("/it/biblioteca/?q=<script>").content.decode()
    assert "<script>" not in page.split("<main")[1].split("</main>")[0]


def test_title_leads_to_its_topics(client):
    hub.resource(slug="codice", topics=[hub.topic("Diritto", "diritto")])
    page = client.get("/it/biblioteca/codice/").content.decode()
    assert 'href="/it/biblioteca/?topic=diritto"' in page


@pytest.mark.slow
def test_searches_are_limited_by_address(shelf):
    """`quality.md`: search is rate limited; the shelves stay open."""
    hasty = Client(REMOTE_ADDR="192.0.2.12")
    answers = [hasty.get(f"/it/biblioteca/?q=parola{n}").status_code for n in range(61)]
    assert answers == [200] * 60 + [429]
    assert hasty.get("/it/biblioteca/?kind=law").status_code == 200
