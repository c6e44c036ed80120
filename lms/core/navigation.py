"""What the frame of every page links to: the menu, the other language, the way back up.

One query answers all of it; the answer is kept on the request, once per language.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import translation
from wagtail.models import Page

# Pages that the frame links to by name: the Italian slugs by which each may be found under the home page.
NAMED_PAGES = {
    "sportello": ("sportello",),
    "manifesto": ("manifesto",),
    "privacy": ("privacy",),
    "accessibility": ("accessibilita", "dichiarazione-di-accessibilita", "accessibility"),
}
Row = dict[str, Any]  # a page as `values()` reads it
SECTION_DEPTH = 3  # Wagtail's root is 1, the home page of a language 2


@dataclass(frozen=True)
class Link:
    """A link of the frame. `code` is the language it leads to; `url` "" asks for the cookie instead.

    `same` is false where the page has no live translation and the link leads to that language's home.
    `own` is true where it leads to a text of that language: not to the Italian shown in its place (an alias).
    """

    label: str
    url: str
    current: bool = False
    code: str = ""
    same: bool = True
    own: bool = True


@dataclass(frozen=True)
class Frame:
    menu: tuple[Link, ...]
    named: dict[str, Link]
    crumbs: tuple[Link, ...]
    translations: dict[str, str]
    aliases: frozenset[str]  # languages in which the page is shown in Italian


def page_address(code: str, url_path: str) -> str:
    """The address of a page from its `url_path`, without asking for its site or locale."""
    below_home = url_path.strip("/").partition("/")[2]
    with translation.override(code):
        return reverse("wagtail_serve", args=[f"{below_home}/" if below_home else ""])


def served_page(request: HttpRequest | None, page: Any) -> Page | None:
    """The Wagtail page of this address, if Wagtail serves it (a plain view may hold a page too)."""
    match = getattr(request, "resolver_match", None)
    if match is not None and match.url_name == "wagtail_serve" and isinstance(page, Page):
        return page
    return None


def frame(request: HttpRequest | None, page: Any = None) -> Frame:
    """Menu, named pages, breadcrumb and translations for this request: one query, then none."""
    code = translation.get_language() or settings.LANGUAGE_CODE
    page = served_page(request, page)
    kept = getattr(request, "_frame", None)
    key = (code, page.pk if page else None)
    if kept is None or kept[0] != key:
        kept = (key, _read_frame(code, getattr(request, "path", ""), page))
        if request is not None:
            request._frame = kept  # type: ignore[attr-defined]
    return kept[1]


def _read_frame(code: str, path: str, page: Page | None) -> Frame:
    wanted = Q(depth=SECTION_DEPTH)
    if page is not None:
        home_end = Page.steplen * (SECTION_DEPTH - 1)
        ancestors = [page.path[:end] for end in range(home_end, len(page.path), Page.steplen)]
        wanted |= Q(path__in=ancestors) | Q(translation_key=page.translation_key)
    rows = list(
        Page.objects.filter(wanted, live=True)
        .order_by("path")
        .values(
            "title", "slug", "path", "depth", "url_path", "show_in_menus", "translation_key", "alias_of",
            "locale__language_code",
        )
    )  # fmt: skip
    mine = [row for row in rows if row["locale__language_code"] == code]
    sections = [row for row in mine if row["depth"] == SECTION_DEPTH]

    def link(row: Row) -> Link:
        address = page_address(code, row["url_path"])
        return Link(row["title"], address, path.startswith(address))

    return Frame(
        menu=tuple(link(row) for row in sections if row["show_in_menus"]),
        named={
            name: link(row)
            for name, slugs in NAMED_PAGES.items()
            for row in _in_language(rows, sections, slugs)
        },
        crumbs=_crumbs(mine, page, link),
        translations={
            row["locale__language_code"]: page_address(
                row["locale__language_code"], row["url_path"]
            )
            for row in rows
            if page is not None and row["translation_key"] == page.translation_key
        },
        aliases=frozenset(
            row["locale__language_code"]
            for row in rows
            if page is not None
            and row["translation_key"] == page.translation_key
            and row["alias_of"]
        ),
    )


def _in_language(rows: list[Row], sections: list[Row], slugs: tuple[str, ...]) -> list[Row]:
    """The section in the reader's language whose Italian page has one of these slugs (0 or 1 rows)."""
    keys = {
        row["translation_key"]
        for row in rows
        if row["depth"] == SECTION_DEPTH
        and row["slug"] in slugs
        and row["locale__language_code"] == settings.LANGUAGE_CODE
    }
    return [row for row in sections if row["translation_key"] in keys][:1]


def _crumbs(mine: list[Row], page: Page | None, link: Callable[[Row], Link]) -> tuple[Link, ...]:
    """The way from the home page to the page above this one; nothing on the home page itself."""
    if page is None or page.depth < SECTION_DEPTH:
        return ()
    return tuple(
        link(row) for row in mine if row["path"] != page.path and page.path.startswith(row["path"])
    )


def language_links(request: HttpRequest | None, page: Any = None) -> list[Link]:
    """One link per language, to the same page in it.

    A Wagtail page leads to its translation if that is live, else to that language's home; a plain view
    to the same path under the other prefix; a path without prefix has no address of its own per
    language (`url` ""): there a form sets the language cookie.
    """
    current = translation.get_language() or settings.LANGUAGE_CODE
    read = frame(request, page)
    translations = read.translations
    page = served_page(request, page)
    links = []
    for code, _name in settings.LANGUAGES:
        label = translation.get_language_info(code)["name_local"].capitalize()
        if page is None:
            links.append(Link(label, _same_path(request, code), code == current, code))
        else:
            same = code in translations
            url = translations[code] if same else f"/{code}/"
            own = same and code not in read.aliases
            links.append(Link(label, url, code == current, code, same, own))
    return links


def _same_path(request: HttpRequest | None, code: str) -> str:
    path = getattr(request, "path", f"/{code}/")
    codes = "|".join(code for code, _name in settings.LANGUAGES)
    other, prefixed = re.subn(rf"^/(?:{codes})/", f"/{code}/", path)
    if not prefixed:
        return ""
    query = request.META.get("QUERY_STRING", "") if request is not None else ""
    return f"{other}?{query}" if query else other


def address_or_nothing(name: str) -> str:
    """The address of a view, or "" where the view is not part of this installation."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
