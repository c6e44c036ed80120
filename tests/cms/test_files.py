"""The files beside pages: calendars that a program can read, the feed."""

import xml.etree.ElementTree as ET
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import override_settings
from icalendar import Calendar

from tests.factories import cms as hub

pytestmark = pytest.mark.django_db
ROME = ZoneInfo("Europe/Rome")
ATOM = "{http://www.w3.org/2005/Atom}"


@override_settings(SITE_URL="https://cohub.example")
def test_event_calendar_holds_one_event_in_rome_time(client):
    starts = datetime(2026, 7, 9, 18, 30, tzinfo=ROME)
    hub.event(
        title="Che cosa si condivide",
        slug="condividere",
        summary="Una scala, un trapano; e il tempo.",
        starts_at=starts,
        ends_at=starts + timedelta(hours=2),
    )
    response = client.get("/it/eventi/condividere/evento.ics")
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="condividere.ics"'
    calendar = Calendar.from_ical(response.content)
    (entry,) = calendar.walk("VEVENT")
    assert entry.decoded("dtstart") == starts
    assert entry["dtstart"].params["TZID"] == "Europe/Rome"
    assert entry.decoded("dtend") == starts + timedelta(hours=2)
    assert (str(entry["summary"]), str(entry["location"])) == (
        "Che cosa si condivide",
        "Sala grande",
    )
    assert str(entry["description"]) == "Una scala, un trapano; e il tempo."
    assert str(entry["url"]) == "https://cohub.example/it/eventi/condividere/"
    assert [str(zone["tzid"]) for zone in calendar.walk("VTIMEZONE")] == ["Europe/Rome"]


def test_calendar_of_all_events_leaves_out_what_is_long_over(client):
    hub.event(days=3, title="Fra poco")
    hub.event(days=-10, title="Appena stato")
    hub.event(days=-60, title="Molto fa")
    calendar = Calendar.from_ical(client.get("/it/eventi/eventi.ics").content)
    assert [str(entry["summary"]) for entry in calendar.walk("VEVENT")] == [
        "Appena stato",
        "Fra poco",
    ]


@pytest.mark.parametrize(
    "path",
    ["eventi/evento.ics", "notizie/eventi.ics", "eventi/notizie.atom", "nulla/evento.ics"],
)
def test_file_that_does_not_belong_to_the_page_is_not_found(client, path):
    hub.events()
    hub.news_list()
    assert client.get(f"/it/{path}").status_code == 404


@override_settings(SITE_URL="https://cohub.example")
def test_feed_lists_the_news_of_its_language_the_latest_first(client):
    hub.news(title="Prima", slug="prima", date="2026-05-01", summary="Che cosa è stato.")
    hub.news(title="Dopo & poi", slug="dopo", date="2026-06-01", byline="La redazione")
    hub.news(language="en", title="Elsewhere")
    response = client.get("/it/notizie/notizie.atom")
    assert response["Content-Type"] == "application/atom+xml"
    feed = ET.fromstring(response.content)
    assert [entry.findtext(f"{ATOM}title") for entry in feed.findall(f"{ATOM}entry")] == [
        "Dopo & poi",
        "Prima",
    ]
    entry = feed.find(f"{ATOM}entry")
    assert entry.find(f"{ATOM}link").get("href") == "https://cohub.example/it/notizie/dopo/"
    assert entry.findtext(f"{ATOM}author/{ATOM}name") == "La redazione"
    assert feed.get("{http://www.w3.org/XML/1998/namespace}lang") == "it"
