"""Names in texts and ids of the database, one way and the other: an archive holds no id."""

from collections.abc import Callable
from dataclasses import dataclass

from wagtail.models import Locale, Page

from cms.models import Partner


class UnknownName(Exception):
    """A name that leads nowhere: the name as it is written, and the sentence that says so."""

    def __init__(self, name: str, sentence: str):
        super().__init__(sentence)
        self.name, self.sentence = name, sentence


@dataclass(frozen=True)
class Resolver:
    """Turns names in the text into ids: files into media, slugs and paths into pages.

    A callable may raise `UnknownName`; the refusal then tells the line.
    """

    image: Callable[[str], int] = lambda name: 0
    document: Callable[[str], int] = lambda name: 0
    lesson: Callable[[str], int | None] = lambda slug: None
    page: Callable[[str], int | None] = lambda path: None
    partner: Callable[[str], str | None] = lambda name: None  # its translation key


@dataclass(frozen=True)
class Names:
    """The inverse: ids into names. None where there is none; the text then stays without the link or the file."""

    image: Callable[[int], str | None] = lambda pk: None
    document: Callable[[int], str | None] = lambda pk: None
    lesson: Callable[[int], str | None] = lambda pk: None
    page: Callable[[int], str | None] = lambda pk: None
    partner: Callable[[str], str | None] = lambda key: None


def partner_named(name: str) -> str | None:
    """The translation key of the partner of this (Italian) name; the first, if several bear it."""
    found = Partner.objects.filter(name=name).order_by("locale__language_code", "pk")
    own = found.filter(locale__language_code="it").first() or found.first()
    return str(own.translation_key) if own else None


def name_of_partner(key: str) -> str | None:
    """The Italian name of a partner, else the one that there is; None for a partner that is gone."""
    found = Partner.objects.filter(translation_key=key).order_by("pk")
    own = found.filter(locale__language_code="it").first() or found.first()
    return own.name if own else None


def page_at(path: str, locale: Locale) -> int | None:
    """The page at an Italian path below the home page, in `locale` where it has a translation."""
    path = path.strip("/")
    found = Page.objects.filter(locale__language_code="it", url_path__endswith=f"/{path}/")
    page = next((page for page in found if _below_home(page) == path), None)
    if page is None:
        return None
    own = Page.objects.filter(translation_key=page.translation_key, locale=locale).first()
    return (own or page).pk


def path_of(pk: int) -> str | None:
    """The Italian path below the home page of a page or of its source; None for a page that is gone."""
    page = Page.objects.filter(pk=pk).first()
    if page is None:
        return None
    source = Page.objects.filter(
        translation_key=page.translation_key, locale__language_code="it"
    ).first()
    return _below_home(source or page) or None


def _below_home(page: Page) -> str:
    """`/home/biblioteca/x/` is `biblioteca/x`: the first part is the home page's own."""
    return page.url_path.strip("/").partition("/")[2]
