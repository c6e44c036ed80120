import pytest
from django.core.management import call_command
from wagtail.models import Page, Site

from cms.models import HomePage
from curriculum.models import Catalogue

pytestmark = pytest.mark.django_db


def test_start_site_makes_homes_and_catalogues_once(client, settings):
    settings.SITE_URL = "https://lms.example.org"
    call_command("start_site")
    call_command("start_site")
    assert sorted(HomePage.objects.values_list("locale__language_code", flat=True)) == ["en", "it"]
    assert Catalogue.objects.count() == 2
    assert Page.objects.count() == 5
    site = Site.objects.get()
    assert (site.hostname, site.port, site.root_page.specific) == (
        "lms.example.org",
        443,
        HomePage.objects.get(locale__language_code="it"),
    )
    for path in ("/it/", "/en/", "/it/master-civici/", "/en/master-civici/"):
        assert client.get(path).status_code == 200


def test_start_site_keeps_what_editors_wrote():
    call_command("start_site")
    home = HomePage.objects.get(locale__language_code="it")
    home.headline = "Il nostro titolo"
    home.save()
    call_command("start_site")
    home.refresh_from_db()
    assert home.headline == "Il nostro titolo"
