"""The page behind the link of an invitation."""

from allauth.account.internal.flows.login import perform_login
from allauth.account.models import Login
from allauth.core import ratelimit
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from lms.accounts.forms import AcceptInvitationForm
from lms.accounts.models import Invitation, User
from lms.accounts.services import accept_invitation, join_with_invitation
from lms.core.errors import DomainError


@sensitive_post_parameters("password1", "password2")
@never_cache
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Unknown, used, revoked and expired tokens get one and the same answer."""
    limited = ratelimit.consume_or_429(request, action="invitation")
    if limited:
        return limited
    found = Invitation.objects.for_token(token)
    if found is None:
        return _closed(request)
    if found.awaiting is None and User.objects.filter(email__iexact=found.email).exists():
        return _join(request, found)
    return _make_account(request, found)


def _make_account(request: HttpRequest, found: Invitation) -> HttpResponse:
    form = AcceptInvitationForm(request.POST or None, invitation=found)
    if request.method == "POST" and form.is_valid():
        try:
            user = accept_invitation(
                invitation=found,
                first_name=form.cleaned_data["first_name"],
                last_name=form.cleaned_data["last_name"],
                password=form.cleaned_data["password1"],
                accepted=form.accepted_consents(),
                language=request.LANGUAGE_CODE,
            )
        except DomainError as error:
            if error.code == "invitation_closed":
                return _closed(request)
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Welcome: your account is ready."))
            return perform_login(request, Login(user=user, email=user.email))
    context = {"form": form, "invitation": found}
    return render(
        request, "accounts/invitation.html", context, status=422 if form.is_bound else 200
    )


def _join(request: HttpRequest, found: Invitation) -> HttpResponse:
    """The invited address has an account by now: its owner signs in and takes the roles with one tap."""
    if request.method == "POST" and request.user.is_authenticated:
        try:
            join_with_invitation(invitation=found, user=request.user)
        except DomainError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("Done: your new roles are in force."))
            return redirect("landing")
    return render(request, "accounts/invitation_join.html", {"invitation": found})


def _closed(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/invitation_closed.html", status=404)
