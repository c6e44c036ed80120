"""What pages read about other pages: plain reading, each a constant number of queries."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, Exists, ExpressionWrapper, F, OuterRef, Q
from wagtail.models import Page, PageQuerySet, PageViewRestriction

from cms.models import (
    CommitteeMember,
    EventIndexPage,
    EventPage,
    GoodPracticeIndexPage,
    GoodPracticePage,
    HelpDeskPage,
    HomePage,
    ManifestoArticlePage,
    ManifestoPage,
    NetworkPage,
    NewsIndexPage,
    NewsPage,
    Partner,
    ResearchProjectPage,
    ResourcePage,
    below_a_draft,
)


@dataclass(frozen=True)
class Part:
    """A part of the manifesto: number from 1, title, introduction, its live articles by number."""

    number: int
    title: str
    text: str
    articles: tuple[ManifestoArticlePage, ...]


@dataclass(frozen=True)
class Place:
    """Where an article stands: its manifesto, the title of its part, the articles beside it."""

    manifesto: ManifestoPage | None
    part_title: str
    total: int
    previous: ManifestoArticlePage | None
    next: ManifestoArticlePage | None


def open_to_all(pages: PageQuerySet) -> PageQuerySet:
    """Live, below live pages alone, and without a view restriction above them; in the same query."""
    closed = PageViewRestriction.objects.alias(
        asked_path=ExpressionWrapper(OuterRef("path"), output_field=CharField())
    ).filter(asked_path__startswith=F("page__path"))
    return pages.live().filter(~Exists(closed), ~below_a_draft()).defer_streamfields()


def upcoming_events(page: Page, now: datetime, limit: int | None = None) -> list[EventPage]:
    """Events not over at `now` in the language of `page`, the next one first."""
    events = EventPage.objects.filter(locale_id=page.locale_id).upcoming(now)
    return list(open_to_all(events)[:limit])


def events_below(index: Page, now: datetime) -> tuple[list[EventPage], PageQuerySet]:
    """Coming events of this list, and the past ones as a QuerySet to paginate."""
    events = open_to_all(EventPage.objects.child_of(index))
    return list(events.upcoming(now)), events.past(now)


def latest_news(page: Page, limit: int) -> list[NewsPage]:
    news = NewsPage.objects.filter(locale_id=page.locale_id)
    return list(open_to_all(news).order_by("-date", "-pk")[:limit])


def news_below(index: Page) -> PageQuerySet:
    return open_to_all(NewsPage.objects.child_of(index)).order_by("-date", "-pk")


def research_projects(index: Page) -> list[ResearchProjectPage]:
    """Projects under way first, then those being prepared, then those concluded; the newest first."""
    order = {"running": 0, "planned": 1, "done": 2}
    projects = open_to_all(ResearchProjectPage.objects.child_of(index)).order_by("-started_on")
    return sorted(projects, key=lambda project: order[project.status])


def good_practices(index: Page) -> list[GoodPracticePage]:
    return list(open_to_all(GoodPracticePage.objects.child_of(index)).order_by("path"))


def resources_below(index: Page) -> PageQuerySet:
    """Titles of this library by title, each with its topics."""
    resources = open_to_all(ResourcePage.objects.child_of(index))
    return resources.prefetch_related("topics").order_by("title", "pk")


def partners(page: Page) -> list[Partner]:
    return list(Partner.objects.filter(locale_id=page.locale_id).select_related("logo"))


def committee_members(page: Page) -> list[CommitteeMember]:
    members = CommitteeMember.objects.filter(locale_id=page.locale_id)
    return list(members.select_related("portrait"))


# Kinds of page that templates may ask for by name, one of each per language.
SECTIONS = {
    "events": EventIndexPage,
    "news": NewsIndexPage,
    "network": NetworkPage,
    "good_practices": GoodPracticeIndexPage,
    "help_desk": HelpDeskPage,
}


@dataclass(frozen=True)
class Doors:
    """Where a page leads to: sections by the names of `SECTIONS`, and a home page's labelled buttons."""

    sections: dict[str, Page]
    buttons: tuple[tuple[str, Page], ...]


def doors_of(page: Page) -> Doors:
    """The open sections in the language of `page`, and its buttons if it has any; one query."""
    kinds = ContentType.objects.get_for_models(*SECTIONS.values())
    names = {kinds[model].pk: name for name, model in SECTIONS.items()}
    wanted = []
    if isinstance(page, HomePage):
        wanted = [
            (page.primary_label, page.primary_page_id),
            (page.secondary_label, page.secondary_page_id),
        ]
    asked = Q(locale_id=page.locale_id, content_type__in=names)
    asked |= Q(pk__in=[pk for label, pk in wanted if label and pk])
    found = {row.pk: row for row in open_to_all(Page.objects.filter(asked)).order_by("-path")}
    return Doors(
        # The first of a kind wins: it is read last.
        {names[row.content_type_id]: row for row in found.values() if row.content_type_id in names},
        tuple((label, found[pk]) for label, pk in wanted if label and pk in found),
    )


def manifesto_of(page: Page) -> ManifestoPage | None:
    """The manifesto in the language of `page`."""
    return ManifestoPage.objects.live().filter(locale_id=page.locale_id).order_by("path").first()


def manifesto_parts(manifesto: ManifestoPage) -> list[Part]:
    """The parts with their articles; a part that the page does not name yet has no title."""
    articles: dict[int, list[Any]] = {}
    below = open_to_all(ManifestoArticlePage.objects.child_of(manifesto)).order_by("number")
    for article in below:
        articles.setdefault(article.part, []).append(article)
    named = [(block.value["title"], block.value["text"]) for block in manifesto.parts]
    last = max([len(named), *articles])
    named += [("", "")] * (last - len(named))
    return [
        Part(number, title, text, tuple(articles.get(number, ())))
        for number, (title, text) in enumerate(named, start=1)
    ]


def place_of(article: ManifestoArticlePage) -> Place:
    """Two queries, however many articles there are."""
    manifesto = ManifestoPage.objects.parent_of(article).first()
    around = open_to_all(ManifestoArticlePage.objects.sibling_of(article)).order_by("number")
    rows = list(around)
    before = [row for row in rows if row.number < article.number]
    after = [row for row in rows if row.number > article.number]
    titles = [block.value["title"] for block in manifesto.parts] if manifesto else []
    return Place(
        manifesto=manifesto,
        part_title=titles[article.part - 1] if article.part <= len(titles) else "",
        total=len(rows),
        previous=before[-1] if before else None,
        next=after[0] if after else None,
    )
