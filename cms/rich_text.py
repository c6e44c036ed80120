"""Links to pages inside rich text, asked for once a request instead of once a link."""

from asgiref.local import Local
from django.core.signals import request_started
from django.utils.html import escape
from django.utils.translation import get_language
from wagtail.models import Page
from wagtail.rich_text.pages import PageLinkHandler

from lms.core.navigation import page_address

_kept = Local()


class HubPageLinkHandler(PageLinkHandler):
    """A link leads to the page in the language being read, or to the page itself; never to a draft."""

    @classmethod
    def expand_db_attributes_many(cls, attrs_list: list[dict]) -> list[str]:
        ids = [int(attrs["id"]) if str(attrs.get("id")).isdigit() else 0 for attrs in attrs_list]
        addresses = addresses_of(ids)
        return [f'<a href="{escape(addresses[pk])}">' if addresses.get(pk) else "<a>" for pk in ids]


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


def _memo() -> dict:
    if not hasattr(_kept, "addresses"):
        _kept.addresses = {}
    return _kept.addresses


def forget(**_signal) -> None:
    """A new request starts with nothing kept."""
    _kept.addresses = {}


request_started.connect(forget, dispatch_uid="cms.rich_text.forget")
