"""People with a role need a second factor where the installation asks for one; pages of a person are not kept."""

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.http import JsonResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import gettext as _

# Where a person without the second factor may still go: to set it up, to sign out, to change language.
OPEN_NAMES = frozenset(
    {"wagtailadmin_logout", "javascript-catalog", "set_language", "public_image"}
)


class PersonalPagesMiddleware:
    """A page made for a person who is signed in bears their name: no cache keeps it, unless it says itself."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if "Cache-Control" not in response and request.user.is_authenticated:
            response["Cache-Control"] = "private, no-store"
        return response


class StaffSecondFactorMiddleware:
    """Leads staff without a second factor to its set-up page (`STAFF_MFA_REQUIRED`)."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if settings.STAFF_MFA_REQUIRED and self._must_set_up(request):
            if request.path.startswith("/api/"):
                detail = _("Your role needs a second factor: set it up on the site.")
                return JsonResponse({"code": "second_factor", "detail": detail}, status=403)
            messages.warning(
                request, _("Your role needs a second factor. Set it up here: it takes a minute.")
            )
            return redirect(reverse("mfa_activate_totp"))
        return self.get_response(request)

    def _must_set_up(self, request) -> bool:
        user = request.user
        if not user.is_authenticated or not user.roles:
            return False
        try:
            name = resolve(request.path_info).url_name or ""
        except Resolver404:  # the site answers 404 itself
            return False
        if name in OPEN_NAMES or name.startswith(("account_", "mfa_")):
            return False
        return not is_mfa_enabled(user)
