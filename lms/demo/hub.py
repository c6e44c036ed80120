"""The hub's programme of the demo: its pages and snippets, made from `lms/demo/content/hub/`.

Texts stand in files, one per page and language; what does not depend on the language (dates, kinds,
numbers, links) is read from the Italian file. Ids of blocks and translation keys come from file names,
so the same files make the same pages; running again brings the pages back to the files.
"""

import uuid
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path

import yaml
from django.db import transaction
from django.utils import timezone
from wagtail.models import Locale, Page, Revision, Site

from cms.models import (
    AccelerationPage,
    CommitteeMember,
    CommitteePage,
    ConsultingPage,
    EventIndexPage,
    EventPage,
    GoodPracticeIndexPage,
    GoodPracticePage,
    HelpDeskPage,
    HomePage,
    LibraryIndexPage,
    ManifestoArticlePage,
    ManifestoPage,
    NetworkPage,
    NewsIndexPage,
    NewsPage,
    Partner,
    ResearchIndexPage,
    ResearchProjectPage,
    ResourcePage,
    StandardPage,
    Topic,
)
from curriculum.exchange import Document, Resolver, read_document, stream_blocks
from curriculum.models import Catalogue
from curriculum.services import place_site
from lms.demo.clock import moment
from lms.demo.courses import create_catalogue

CONTENT = Path(__file__).parent / "content" / "hub"
NAMESPACE = uuid.UUID("0d5c53f2-b632-4b1d-8f2e-b5432a1d1b18")
LANGUAGES = ("it", "en")

# File under `hub/` → its page type, in the order of the tree (the menu follows it).
SECTIONS: dict[str, type[Page]] = {
    "manifesto": ManifestoPage,
    "sportello": HelpDeskPage,
    "eventi": EventIndexPage,
    "biblioteca": LibraryIndexPage,
    "ricerca": ResearchIndexPage,
    "buone-pratiche": GoodPracticeIndexPage,
    "consulenza": ConsultingPage,
    "accelerazione": AccelerationPage,
    "la-casa": StandardPage,
    "come-funziona": StandardPage,
    "comitato": CommitteePage,
    "rete": NetworkPage,
    "notizie": NewsIndexPage,
    "privacy": StandardPage,
    "accessibilita": StandardPage,
}
CHILDREN: dict[str, type[Page]] = {
    "manifesto": ManifestoArticlePage,
    "eventi": EventPage,
    "biblioteca": ResourcePage,
    "ricerca": ResearchProjectPage,
    "buone-pratiche": GoodPracticePage,
    "notizie": NewsPage,
}
# Fields copied from the front matter as they are, in each page's own language.
TEXTS = (
    "headline", "thanks", "consent_text", "consent_version", "place", "access", "authors", "publisher",
    "text_language", "shelf", "question", "measures", "promoter", "takeaway", "byline",
)  # fmt: skip
# Fields that are the same in both languages, copied from the Italian file.
FACTS = ("number", "part", "level", "format", "audience", "kind", "year", "link", "status", "since")


@dataclass
class Hub:
    """What is being made, by name of file and language."""

    today: date
    by: object
    locales: dict[str, Locale]
    pages: dict[tuple[str, str], Page] = field(default_factory=dict)
    documents: dict[tuple[str, str], Document] = field(default_factory=dict)
    snippets: dict[tuple[str, str], object] = field(default_factory=dict)


def create_hub(today: date, by) -> dict:
    """Make or refresh the hub's pages, in Italian and English, as if edited before `today` by the user `by`.

    Returns `homes` and `catalogues` (by language code), `pages` (by file name and language), and
    `objects`: everything made, snippets first and parents before children, to be marked as demo. The
    catalogue pages are made too, if they are not there, so that the menu begins with them.
    """
    hub = Hub(today, by, {code: _locale(code) for code in LANGUAGES})
    with transaction.atomic():
        _make_snippets(hub)
        homes = _make_homes(hub)
        catalogues = _catalogues(homes)
        for code, catalogue in catalogues.items():
            hub.pages["master-civici", code] = catalogue
        for name, model in SECTIONS.items():
            _make_page(hub, name, model, "home")
            for path in sorted((CONTENT / name).glob("*.it.md")):
                stem = path.name.removesuffix(".it.md")
                _make_page(hub, f"{name}/{stem}", CHILDREN[name], name)
        for key in hub.documents:
            _fill_and_publish(hub, *key)
    Site.clear_site_root_paths_cache()
    return {
        "homes": homes,
        "catalogues": catalogues,
        "pages": hub.pages,
        "objects": [*hub.snippets.values(), *hub.pages.values()],
    }


def _locale(code: str) -> Locale:
    return Locale.objects.get_or_create(language_code=code)[0]


def _key(name: str) -> uuid.UUID:
    return uuid.uuid5(NAMESPACE, name)


# --- Snippets -------------------------------------------------------------------------------
def _make_snippets(hub: Hub) -> None:
    data = yaml.safe_load((CONTENT / "snippets.yaml").read_text(encoding="utf-8"))
    for code, locale in hub.locales.items():
        for position, row in enumerate(data["partners"], start=1):
            values = {"name": row["name"], "kind": row["kind"], "description": row[code]}
            _snippet(hub, Partner, f"partner/{row['key']}", code, values | {"position": position})
        for position, row in enumerate(data["committee"], start=1):
            values = {"name": row["name"], "position": position} | row[code]
            _snippet(hub, CommitteeMember, f"committee/{row['key']}", code, values)
        for row in data["topics"]:
            values = {"name": row[code], "slug": row["key"]}
            _snippet(hub, Topic, f"topic/{row['key']}", code, values, locale=locale)


def _snippet(hub: Hub, model, name: str, code: str, values: dict, locale: Locale | None = None):
    row, _made = model.objects.update_or_create(
        translation_key=_key(name), locale=locale or hub.locales[code], defaults=values
    )
    hub.snippets[name, code] = row


# --- Pages: first all of them, so that texts can link to any; then their texts --------------
def _make_homes(hub: Hub) -> dict[str, HomePage]:
    root = Page.get_first_root_node()
    homes: dict[str, HomePage] = {}
    for code, locale in hub.locales.items():
        document = read_document(CONTENT / f"home.{code}.md")
        home = HomePage.objects.filter(locale=locale, depth=2).order_by("path").first()
        if home is None:
            # Wagtail's welcome page stands on the address that ours should have.
            Page.objects.filter(depth=2, slug=document.meta["slug"]).update(slug="welcome")
            home = root.add_child(
                instance=HomePage(
                    title=document.meta["title"],
                    slug=document.meta["slug"],
                    locale=locale,
                    translation_key=homes["it"].translation_key if homes else _key("home"),
                    owner=hub.by,
                    live=False,
                )
            )
        homes[code] = home
        hub.pages["home", code] = home
        hub.documents["home", code] = document
    place_site(homes["it"])
    Page.objects.filter(depth=2, slug="welcome", numchild=0).delete()
    return homes


def _catalogues(homes: dict[str, HomePage]) -> dict[str, Catalogue]:
    found = {code: Catalogue.objects.child_of(home).first() for code, home in homes.items()}
    if all(found.values()):
        return {code: page for code, page in found.items() if page}
    for home in homes.values():
        home.refresh_from_db()
    return create_catalogue(homes)


def _make_page(hub: Hub, name: str, model: type[Page], parent_name: str) -> None:
    italian = read_document(CONTENT / f"{name}.it.md")
    for code, locale in hub.locales.items():
        document = italian if code == "it" else read_document(CONTENT / f"{name}.{code}.md")
        key = _key(f"page/{name}")
        page = model.objects.filter(translation_key=key, locale=locale).first()
        if page is None:
            page = model(
                title=document.meta["title"],
                slug=document.meta["slug"],
                locale=locale,
                translation_key=key,
                owner=hub.by,
                live=False,
            )
            _set_facts(hub, name, page, italian)
            _set_texts(page, document)
            parent = hub.pages[parent_name, code]
            parent.refresh_from_db(fields=["path", "depth", "numchild", "url_path"])
            parent.add_child(instance=page)
        hub.pages[name, code] = page
        hub.documents[name, code] = document


def _fill_and_publish(hub: Hub, name: str, code: str) -> None:
    page, document = hub.pages[name, code], hub.documents[name, code]
    italian = hub.documents[name, "it"]
    _set_facts(hub, name, page, italian)
    _set_texts(page, document)
    page.body = _stream(hub, page, name, code, document)
    for field_name, kind in (("parts", "part"), ("steps", "step")):
        if hasattr(page, field_name):
            rows = [
                {"type": kind, "value": row, "id": str(_key(f"{name}/{field_name}/{number}"))}
                for number, row in enumerate(document.meta.get(field_name, []), start=1)
            ]
            block = page._meta.get_field(field_name).stream_block
            setattr(page, field_name, block.to_python(rows))
    if isinstance(page, HomePage):
        for which in ("primary", "secondary"):
            button = document.meta[which]
            setattr(page, f"{which}_page", hub.pages[button["page"], code].page_ptr)
            setattr(page, f"{which}_label", button["label"])
    if isinstance(page, ResourcePage):
        page.topics = [hub.snippets[f"topic/{key}", code] for key in italian.meta.get("topics", [])]
    revision = page.save_revision(user=hub.by, clean=True)
    revision.publish(user=hub.by)
    _date(hub, page, revision, italian)
    page.refresh_from_db()


def _set_texts(page: Page, document: Document) -> None:
    page.title = document.meta["title"]
    page.summary = document.meta.get("summary", "")
    for name in TEXTS:
        if name in document.meta and hasattr(page, name):
            setattr(page, name, str(document.meta[name]))


def _set_facts(hub: Hub, name: str, page: Page, italian: Document) -> None:
    meta = italian.meta
    page.show_in_menus = bool(meta.get("menu"))
    for fact in FACTS:
        if fact in meta and hasattr(page, fact):
            setattr(page, fact, meta[fact])
    for text in TEXTS:  # until a translation says otherwise
        if text in meta and hasattr(page, text):
            setattr(page, text, str(meta[text]))
    if isinstance(page, EventPage):
        begins = _day(hub.today, meta)
        start = datetime.combine(begins, time.fromisoformat(meta["start"]))
        page.starts_at = timezone.make_aware(start)
        page.ends_at = timezone.make_aware(start + timedelta(minutes=meta["minutes"]))
        page.online_link = meta.get("online", "")
    elif isinstance(page, ResearchProjectPage):
        page.started_on = _months_before(hub.today, meta["months_ago"])
        if "months_long" in meta:
            page.ended_on = _months_before(hub.today, meta["months_ago"] - meta["months_long"])
    elif isinstance(page, NewsPage):
        page.date = _day(hub.today, meta)


def _day(today: date, meta: dict) -> date:
    """`day` days from today, moved on to the `weekday` (Monday is 0) if one is named."""
    day = today + timedelta(days=meta["day"])
    if "weekday" in meta:
        day += timedelta(days=(meta["weekday"] - day.weekday()) % 7)
    return day


def _months_before(today: date, months: int) -> date:
    """The first day of the month `months` months before today's (after it, if negative)."""
    index = today.year * 12 + today.month - 1 - months
    return date(index // 12, index % 12 + 1, 1)


def _stream(hub: Hub, page: Page, name: str, code: str, document: Document):
    """The body; `page:name` in a text becomes a link to that page in the same language."""
    ids = {
        key.replace("/", "-"): other.pk
        for (key, language), other in hub.pages.items()
        if language == code
    }
    body = _page_links(document.body)
    ours = Document(document.name, document.meta, body, document.first_line)
    raw = stream_blocks(ours, key=f"hub/{name}", resolver=Resolver(lesson=ids.get))
    return page._meta.get_field("body").stream_block.to_python(raw)


def _page_links(body: str) -> str:
    """The reader of course files knows `lesson:slug`; here the names are those of the hub's files."""
    pieces = body.split("](page:")
    fixed = [pieces[0]]
    for piece in pieces[1:]:
        target, rest = piece.split(")", 1)
        fixed.append(f"{target.replace('/', '-')}){rest}")
    return "](lesson:".join(fixed)


def _date(hub: Hub, page: Page, revision: Revision, italian: Document) -> None:
    """Publishing stamps the present; the demo's pages were published before `today`."""
    before = hub.today - timedelta(days=60)
    if isinstance(page, NewsPage):
        before = page.date
    elif isinstance(page, EventPage):
        before = min(hub.today, timezone.localdate(page.starts_at)) - timedelta(days=20)
    at = moment(before, 9)
    Page.objects.filter(pk=page.pk).update(
        first_published_at=at, last_published_at=at, latest_revision_created_at=at
    )
    Revision.objects.filter(pk=revision.pk).update(created_at=at)
