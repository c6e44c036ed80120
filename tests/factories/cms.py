"""Pages of the hub, published, under the home page of `tests.factories.curriculum`."""

import uuid
from datetime import timedelta
from itertools import count

from django.utils import timezone
from wagtail.models import Locale, Page

from cms.models import (
    EventIndexPage,
    EventPage,
    HelpDeskPage,
    HelpRequest,
    LibraryIndexPage,
    ManifestoArticlePage,
    ManifestoPage,
    NewsIndexPage,
    NewsPage,
    ResourcePage,
    StandardPage,
    Topic,
)
from cms.services import send_help_request
from tests.factories.curriculum import home, publish

_numbers = count(1)


def text(words: str) -> list:
    return [("text", f"<p>{words}</p>")]


def section(model: type[Page], slug: str, language: str = "it", **fields):
    """The one page of this kind below the home page of a language."""
    parent = home(language)
    found = model.objects.child_of(parent).first()
    if found:
        return found
    fields = {"title": slug.capitalize(), "slug": slug, "body": text("Benvenuta.")} | fields
    fields.setdefault("locale", Locale.objects.get(language_code=language))
    parent.refresh_from_db()
    return publish(parent.add_child(instance=model(**fields)))


def below(parent: Page, model: type[Page], live: bool = True, **fields):
    number = next(_numbers)
    fields = {"title": f"Pagina {number}", "slug": f"pagina-{number}"} | fields
    parent.refresh_from_db()
    page = parent.add_child(instance=model(live=False, locale=parent.locale, **fields))
    return publish(page) if live else page


def standard(slug: str = "la-casa", language: str = "it", **fields) -> StandardPage:
    return section(StandardPage, slug, language, **fields)


def events(language: str = "it") -> EventIndexPage:
    return section(EventIndexPage, "eventi", language)


def event(*, days: int = 7, live: bool = True, language: str = "it", **fields) -> EventPage:
    """An event of two hours that begins `days` days from now."""
    starts = timezone.now().replace(microsecond=0) + timedelta(days=days)
    fields = {
        "starts_at": starts,
        "ends_at": starts + timedelta(hours=2),
        "place": "Sala grande",
        "level": "popular",
        "format": "talk",
        "body": text("Si comincia puntuali."),
    } | fields
    return below(events(language), EventPage, live, **fields)


def library(language: str = "it") -> LibraryIndexPage:
    return section(LibraryIndexPage, "biblioteca", language)


def topic(name: str, slug: str, language: str = "it") -> Topic:
    return Topic.objects.create(
        name=name, slug=slug, locale=Locale.objects.get(language_code=language)
    )


def resource(*, topics=(), live: bool = True, **fields) -> ResourcePage:
    fields = {"kind": "guide", "authors": "Redazione della casa"} | fields
    page = below(library(), ResourcePage, live=False, **fields)
    page.topics = list(topics)
    return publish(page) if live else page


def news_list(language: str = "it") -> NewsIndexPage:
    return section(NewsIndexPage, "notizie", language)


def news(*, live: bool = True, language: str = "it", **fields) -> NewsPage:
    return below(news_list(language), NewsPage, live, **fields)


def manifesto() -> ManifestoPage:
    parts = [("part", {"title": f"Parte {name}", "text": "Che dice."}) for name in "ABCD"]
    return section(ManifestoPage, "manifesto", parts=parts)


def article(number: int, part: int = 1, *, live: bool = True, **fields) -> ManifestoArticlePage:
    fields = {"title": f"Articolo {number}", "body": text("Si entra.")} | fields
    return below(manifesto(), ManifestoArticlePage, live, number=number, part=part, **fields)


def help_desk(language: str = "it") -> HelpDeskPage:
    return section(
        HelpDeskPage,
        "sportello",
        language,
        thanks="Grazie, ti scriviamo.",
        consent_text="Acconsento.",
        consent_version="2026-1",
    )


def help_request(**fields) -> HelpRequest:
    fields = {
        "key": uuid.uuid4(),
        "name": "Ada Prova",
        "email": "ada@example.org",
        "language": "it",
        "topic": "information",
        "message": "Come si entra in una banca del tempo?",
        "consent_version": "2026-1",
    } | fields
    return send_help_request(**fields)
