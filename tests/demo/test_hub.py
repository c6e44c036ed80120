"""The hub's pages of the demo: whole, in both languages, the same at every run."""

from datetime import date

import pytest
from django.utils import timezone
from wagtail.models import Page

from cms.models import (
    CommitteeMember,
    EventPage,
    ManifestoArticlePage,
    NewsPage,
    Partner,
    ResourcePage,
    Topic,
)
from curriculum.models import Catalogue
from lms.demo.hub import create_hub
from tests.factories import people

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 22)


@pytest.mark.slow
def test_hub_is_whole_and_the_same_twice(client):
    by = people.administrator()
    made = create_hub(TODAY, by)
    first = {
        page.pk: (page.url_path, page.title, list(page.specific.body.raw_data))
        for page in made["pages"].values()
        if hasattr(page, "body")
    }
    for language in ("it", "en"):
        counts = {
            model: model.objects.live().filter(locale__language_code=language).count()
            for model in (ManifestoArticlePage, EventPage, ResourcePage, NewsPage)
        }
        assert counts == {ManifestoArticlePage: 15, EventPage: 6, ResourcePage: 8, NewsPage: 3}
        assert made["homes"][language].live
        assert Partner.objects.filter(locale__language_code=language).count() == 9
        assert CommitteeMember.objects.filter(locale__language_code=language).count() == 5
        assert Topic.objects.filter(locale__language_code=language).count() == 7
    numbers = ManifestoArticlePage.objects.filter(locale__language_code="it")
    assert [page.number for page in numbers.order_by("path")] == list(range(1, 16))
    starts = EventPage.objects.filter(locale__language_code="it").values_list(
        "starts_at", flat=True
    )
    days = [timezone.localdate(start) for start in starts]
    assert sorted(day > TODAY for day in days) == [False, False, True, True, True, True]
    # The catalogue's own page is made with the database.
    ours = Page.objects.not_exact_type(Catalogue)
    assert not ours.filter(first_published_at__date__gt=TODAY).exists()
    assert not any("<a>" in str(row[2]) for row in first.values())  # every link found its page
    for page in made["pages"].values():
        if page.locale.language_code == "it":
            assert page.get_translations().count() == 1, page
    for url in ("/it/", "/en/", "/it/manifesto/", "/en/help-desk/", "/it/biblioteca/?q=citta"):
        assert client.get(url).status_code == 200, url
    again = create_hub(TODAY, by)
    second = {
        page.pk: (page.url_path, page.title, list(page.specific.body.raw_data))
        for page in again["pages"].values()
        if hasattr(page, "body")
    }
    assert second == first
    assert len(again["objects"]) == len(made["objects"])
