"""How people let themselves in: a key that they type, the link of a key, an organisation's invitation."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from lms.cohorts import services
from lms.cohorts.forms import TypedKeyForm
from lms.cohorts.models import Cohort
from lms.cohorts.views.public import public_cohort_of
from lms.core.budget import AccountBudget, Budget, too_many
from lms.core.errors import DomainError

# Wrong ones alone are counted: a class that comes in together from one address is welcome.
_KEYS_OF_ADDRESS = Budget("keys", 30)
_KEYS_OF_ACCOUNT = AccountBudget("keys_of_account", 6)
_LINKS = Budget("links", 30)
READ_AND_WRITE = ["GET", "HEAD", "POST"]


@never_cache
@login_required
@require_http_methods(READ_AND_WRITE)
def key(request: HttpRequest, code: str) -> HttpResponse:
    """Type a key of this cohort; who is signed in is told why it was refused."""
    cohort = public_cohort_of(code, request.user)
    form = TypedKeyForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        if _KEYS_OF_ADDRESS.spent(request) or _KEYS_OF_ACCOUNT.spent(request):
            return too_many(request)
        status = 422
        if form.is_valid():
            found = services.key_for_code(cohort=cohort, code=form.cleaned_data["code"])
            try:
                if found is None:
                    raise DomainError(
                        _("This cohort has no such key: look at it again."), "unknown_key"
                    )
                services.use_key(key=found, user=request.user)
            except DomainError as refusal:
                if refusal.code == "unknown_key":
                    _KEYS_OF_ADDRESS.spend(request)
                    _KEYS_OF_ACCOUNT.spend(request)
                form.add_error("code", refusal.message)
                status = 409
            else:
                return _welcome(request, cohort)
    context = {"cohort": cohort, "form": form}
    return render(request, "cohorts/key.html", context, status=status)


@never_cache
@require_http_methods(READ_AND_WRITE)
def key_link(request: HttpRequest, token: str) -> HttpResponse:
    """Unknown, malformed, expired, used up and revoked links get one and the same answer."""
    user = request.user if request.user.is_authenticated else None
    found = services.key_for_link(token=token, user=user)
    if found is None:
        return _closed(request)
    refused = ""
    if request.method == "POST" and user:
        try:
            services.use_key(key=found, user=user)
        except DomainError as refusal:
            refused = refusal.message
        else:
            return _welcome(request, found.cohort)
    context = {
        "cohort": found.cohort,
        "organisation": found.organisation,
        "refused": refused,
        "until": found.last_day,
    }
    return render(request, "cohorts/entrance.html", context, status=409 if refused else 200)


@never_cache
@require_http_methods(READ_AND_WRITE)
def seat(request: HttpRequest, token: str) -> HttpResponse:
    """The link in an organisation's invitation; the answer to any that opens nothing is one."""
    found = services.invitation_for(token=token)
    if found is None:
        return _closed(request)
    refused = ""
    if request.method == "POST" and request.user.is_authenticated:
        try:
            services.accept_seat(invitation=found, user=request.user)
        except DomainError as refusal:
            refused = refusal.message
        else:
            return _welcome(request, found.grant.cohort)
    context = {
        "cohort": found.grant.cohort,
        "organisation": found.grant.organisation,
        "email": found.email,
        "refused": refused,
        "until": found.grant.last_day,
    }
    return render(request, "cohorts/entrance.html", context, status=409 if refused else 200)


def _welcome(request: HttpRequest, cohort: Cohort) -> HttpResponse:
    messages.success(request, _("You have a seat in %(code)s: welcome.") % {"code": cohort.code})
    return redirect("cohorts:detail", code=cohort.code)


def _closed(request: HttpRequest) -> HttpResponse:
    if _LINKS.spent(request):
        return too_many(request)
    _LINKS.spend(request)
    return render(request, "cohorts/entrance_closed.html", status=404)
