"""What an address may ask of the public pages within a minute, counted in this process.

A shared count in the database would make every reading a writing one; with several processes an address
has as many budgets.
"""

from allauth.account.adapter import get_adapter
from django.core.cache.backends.locmem import LocMemCache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

MINUTE = 60
_counts = LocMemCache("budget", {"MAX_ENTRIES": 20000})


class Budget:
    """`points` per address and minute; the minute begins with the first of them."""

    def __init__(self, name: str, points: int):
        self.name, self.points = name, points

    def spent(self, request: HttpRequest) -> bool:
        return _counts.get(self._key(request), 0) >= self.points

    def spend(self, request: HttpRequest, points: int = 1) -> None:
        key = self._key(request)
        if not _counts.add(key, points, timeout=MINUTE):
            try:
                _counts.incr(key, points)
            except ValueError:  # the minute ended between the two calls
                _counts.set(key, points, timeout=MINUTE)

    def _key(self, request: HttpRequest) -> str:
        # Knows how many proxies are ours to trust (ALLAUTH_TRUSTED_PROXY_COUNT).
        return f"{self.name}:{get_adapter(request).get_client_ip(request) or '?'}"


class AccountBudget(Budget):
    """`points` per account and minute; for the signed-in."""

    def _key(self, request: HttpRequest) -> str:
        return f"{self.name}:{request.user.pk}"


def too_many(request: HttpRequest) -> HttpResponse:
    response = render(request, "429.html", status=429)
    response["Retry-After"] = str(MINUTE)
    return response


# By words, in the catalogue and in the library together.
_SEARCHES = Budget("searches", 60)


def search_refused(request: HttpRequest) -> HttpResponse | None:
    """Count a search by words; the answer when the address has spent its searches."""
    if not _SEARCHES.spent(request):
        _SEARCHES.spend(request)
        return None
    response = too_many(request)
    if "HX-Request" in request.headers:
        # htmx shows no page of an error: let the browser ask for it.
        response["HX-Redirect"] = request.get_full_path()
    return response
