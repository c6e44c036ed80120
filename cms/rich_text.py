"""Links to pages inside rich text, asked for once a request instead of once a link."""

import re
from collections.abc import Iterable

from asgiref.local import Local
from django.core.signals import request_started
from django.db.models import Model
from django.utils.html import escape
from django.utils.translation import get_language
from wagtail.documents.rich_text import DocumentLinkHandler
from wagtail.models import Page
from wagtail.rich_text.pages import PageLinkHandler

from lms.core.navigation import page_address
from lms.core.typed import number_in

LINK = re.compile(r'<a\b[^>]*?\bid="(\d+)"[^>]*>')
_kept = Local()


class HubPageLinkHandler(PageLinkHandler):
    """A link leads to the page in the language being read, or to the page itself; never to a draft."""

    @classmethod
    def expand_db_attributes_many(cls, attrs_list: list[dict]) -> list[str]:
        ids = [number_in(attrs.get("id")) or 0 for attrs in attrs_list]
        addresses = addresses_of(ids)
        return [f'<a href="{escape(addresses[pk])}">' if addresses.get(pk) else "<a>" for pk in ids]


class HubDocumentLinkHandler(DocumentLinkHandler):
    """A link to a file; whoever has fetched the files of a whole text gives them by `keep_documents`."""

    @classmethod
    def get_many(cls, attrs_list: list[dict]) -> list:
        ids = [number_in(attrs.get("id")) or 0 for attrs in attrs_list]
        missing = {pk for pk in ids if pk not in _documents()}
        if missing:
            found = cls.get_model().objects.in_bulk(missing)
            _documents().update({pk: found.get(pk) for pk in missing})
        return [_documents()[pk] for pk in ids]


def addresses_of(ids: list[int]) -> dict[int, str]:
    """Addresses of these pages in the active language; one query for those not asked for yet."""
    language = get_language()
    memo = _memo().setdefault(language, {})
    missing = {pk for pk in ids if pk not in memo}
    if missing:
        memo.update(dict.fromkeys(missing, ""))
        keys = Page.objects.filter(pk__in=missing).values("translation_key")
        rows = Page.objects.filter(translation_key__in=keys, live=True, depth__gt=1).values_list(
            "pk", "translation_key", "url_path", "locale__language_code"
        )
        by_key: dict = {}
        for pk, key, url_path, code in rows:
            by_key.setdefault(key, {})[code] = (pk, page_address(code, url_path))
        for family in by_key.values():
            for pk, own in family.values():
                memo[pk] = family[language][1] if language in family else own
    return memo


def keep_documents(documents: Iterable[Model]) -> None:
    """Links to these files in the texts of this request ask nothing more."""
    _documents().update({document.pk: document for document in documents})


def linked(html: str, linktype: str) -> set[int]:
    """The ids that the links of a kind name, in any order of attributes; also in JSON."""
    return {
        int(match[1])
        for match in LINK.finditer(html.replace('\\"', '"'))
        if f'linktype="{linktype}"' in match[0]
    }


def _memo() -> dict:
    if not hasattr(_kept, "addresses"):
        _kept.addresses = {}
    return _kept.addresses


def _documents() -> dict:
    if not hasattr(_kept, "documents"):
        _kept.documents = {}
    return _kept.documents


def forget(**_signal) -> None:
    """A new request starts with nothing kept."""
    _kept.addresses = {}
    _kept.documents = {}


request_started.connect(forget, dispatch_uid="cms.rich_text.forget")
