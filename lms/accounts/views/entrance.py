"""The one door: where login leads, and what stands before Wagtail's own."""

from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import NoReverseMatch, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from lms.accounts.choices import Role

# The work of each role, the first that has an address; packages above are named, never imported.
LANDINGS: list[tuple[str, list[str]]] = [
    (
        Role.ADMINISTRATOR,
        ["cohort:index", "wagtailsnippets_cohorts_cohort:list", "wagtailadmin_home"],
    ),
    (Role.INSTRUCTOR, ["dashboard:home", "wagtailadmin_home"]),
    (Role.MANAGER, ["reports:index", "wagtailadmin_home"]),
    (Role.COMMITTEE, ["wagtailadmin_home"]),
]
LEARNER_LANDINGS = ["dashboard:home", "accounts:profile"]


@never_cache
@login_required
def landing(request: HttpRequest) -> HttpResponse:
    """Each role on its work; who holds several on the widest."""
    for role, names in LANDINGS:
        if request.user.has_role(role):
            return redirect(first_address(names))
    return redirect(first_address(LEARNER_LANDINGS))


@never_cache
def admin_gate(request: HttpRequest) -> HttpResponse:
    """In place of Wagtail's login: to the site's own, or 403 for a person who is signed in already.

    Wagtail sends here whoever may not enter its admin; the site's login would send a signed-in
    learner straight back, for ever.
    """
    if request.user.is_authenticated:
        raise PermissionDenied
    target = request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure()):
        target = reverse("wagtailadmin_home")
    return redirect(f"{reverse('account_login')}?{urlencode({'next': target})}")


def page_login(request: HttpRequest) -> HttpResponse:
    """In place of the login that Wagtail brings along for closed pages: to the site's own."""
    target = request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure())
    query = f"?{urlencode({'next': target})}" if safe else ""
    return redirect(f"{reverse('account_login')}{query}")


@require_POST
def admin_logout(request: HttpRequest) -> HttpResponse:
    """Wagtail's “log out” ends the one session of site and admin."""
    from allauth.account.adapter import get_adapter

    adapter = get_adapter(request)
    adapter.logout(request)
    return redirect(adapter.get_logout_redirect_url(request))


def first_address(names: list[str]) -> str:
    """The address of the first of these names that exists."""
    for name in names:
        try:
            return reverse(name)
        except NoReverseMatch:
            continue
    return "/"
