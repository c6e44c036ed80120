"""The security headers that Django 5.2 does not set yet, the language of each request, what no address holds.

The first reads Django 6's `SECURE_CSP` setting names; with Django 6 it goes and Django's own takes over.
"""

import secrets

from django.conf import settings
from django.db.models import Q
from django.http import Http404
from django.middleware.locale import LocaleMiddleware
from django.utils import translation
from django.utils.cache import patch_vary_headers
from wagtail.models import Page
from wagtail.permissions import policy_registry


class ContentSecurityPolicyMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.csp_nonce = secrets.token_urlsafe(18)
        response = self.get_response(request)
        if "Content-Security-Policy" not in response:
            lax = request.path.startswith("/admin/")
            policy = settings.ADMIN_CSP if lax else settings.SECURE_CSP
            response["Content-Security-Policy"] = "; ".join(
                f"{name} {' '.join(values)}" for name, values in policy.items()
            ).replace("'nonce'", f"'nonce-{request.csp_nonce}'")
        response.setdefault(
            "Permissions-Policy", "camera=(self), geolocation=(), microphone=(), payment=()"
        )
        return response


class LanguageMiddleware(LocaleMiddleware):
    """An address without a language prefix that exists (`/v/…`, `/api/…`) keeps its own 404.

    Django's answers it with a redirect to the same path under the reader's prefix, where our page tree
    catches every path.
    """

    def process_response(self, request, response):
        if response.status_code != 404 or getattr(request, "resolver_match", None) is None:
            return super().process_response(request, response)
        if not translation.get_language_from_path(request.path_info):
            patch_vary_headers(response, ("Accept-Language",))
        response.headers.setdefault("Content-Language", translation.get_language() or "")
        return response


class NullCharacterMiddleware:
    """PostgreSQL keeps no null character and fails on one in a look-up: no address here has any."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        null = "\x00" in request.path_info or "%00" in request.META.get("QUERY_STRING", "")
        if null and not getattr(view, "takes_any_text", False):
            raise Http404


class UnseenPagesMiddleware:
    """In the admin, a page that the person cannot find in the explorer has no number that exists.

    Wagtail's page screens look for the page before they ask who may, and lead the others back to its home.
    Who may see the page there is still answered by Wagtail.
    """

    # Wagtail's own screens, and ours that stand before them.
    NAMESPACES = ("wagtailadmin_pages", "wagtailadmin_pages_reviewed")
    PAGE_ARGUMENTS = ("page_id", "page_to_move_id", "parent_page_id", "destination_id")
    # Screens outside of these, or with a name of their own for the page.
    OTHERS = {
        "wagtailadmin_explore": "parent_page_id",
        "wagtailadmin_explore_results": "parent_page_id",
        "wagtailadmin_choose_page_child": "parent_page_id",
        "wagtailadmin_pages:revisions_compare": "pk",
        "wagtailadmin_workflows:remove": "page_pk",
    }
    # Whoever enters the admin may link to any published page.
    SHOW_PUBLISHED = frozenset({"wagtailadmin_choose_page_child"})

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        match = request.resolver_match
        names = [self.OTHERS[match.view_name]] if match.view_name in self.OTHERS else []
        if match.namespace in self.NAMESPACES:
            names += self.PAGE_ARGUMENTS
        asked = [int(kwargs[name]) for name in names if name in kwargs]
        if not asked or not request.user.has_perm("wagtailadmin.access_admin"):
            return  # Wagtail's own gate
        pages = self._seen(request.user, match.view_name in self.SHOW_PUBLISHED)
        if not all(pages.filter(pk=pk).exists() for pk in asked):
            raise Http404

    def _seen(self, user, published):
        pages = policy_registry.get_by_type(Page).explorable_instances(user)
        if published:
            pages = Page.objects.filter(Q(live=True) | Q(pk__in=pages.values("pk")))
        return pages
