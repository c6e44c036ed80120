"""The page on which administrators invite people and give roles."""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from lms.accounts.choices import Role
from lms.accounts.forms import InviteForm
from lms.accounts.models import Invitation, User
from lms.accounts.rules import roles_given_by, stands_above
from lms.accounts.services import (
    deactivate_person,
    give_role,
    invite_person,
    reactivate_person,
    revoke_invitation,
    take_role,
)
from lms.accounts.summary import INACTIVE, LEARNERS, people_page
from lms.core.errors import DomainError


def managers_of_people(view: Callable) -> Callable:
    """Signed in, and may manage people; personal pages are never stored."""

    @wraps(view)
    def guarded(request, *args, **kwargs):
        if not request.user.has_perm("accounts.manage_people"):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return never_cache(login_required(guarded))


@managers_of_people
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    text, kind = request.GET.get("q", "").strip()[:100], request.GET.get("chi", "")
    shown = people_page(by=request.user, text=text, kind=kind, number=request.GET.get("page", 1))
    kinds = [
        ("", _("Everybody")),
        *Role.choices,
        (LEARNERS, _("Learners")),
        (INACTIVE, _("Closed accounts")),
    ]
    context = {"people": shown, "page": shown.page, "q": text, "kind": kind, "kinds": kinds}
    return render(request, "accounts/people.html", context)


@managers_of_people
def invite(request: HttpRequest) -> HttpResponse:
    form = InviteForm(
        request.POST or None,
        roles=roles_given_by(request.user),
        initial={"language": request.LANGUAGE_CODE},
    )
    if request.method == "POST" and form.is_valid():
        try:
            invitation = invite_person(by=request.user, **form.cleaned_data)
        except DomainError as error:
            form.add_error("email" if error.code == "has_account" else None, str(error))
        else:
            messages.success(
                request,
                _("The invitation is on its way to %(email)s.") % {"email": invitation.email},
            )
            return redirect("accounts:people")
    status = 422 if form.is_bound else 200
    return render(request, "accounts/invite.html", {"form": form}, status=status)


@managers_of_people
@require_safe
def person(request: HttpRequest, pk: int) -> HttpResponse:
    shown = get_object_or_404(User, pk=pk)
    may_change, givable = stands_above(request.user, shown), roles_given_by(request.user)
    context = {
        "person": shown,
        "tax_code": shown.tax_code if request.user.has_perm("accounts.see_tax_code", shown) else "",
        "may_change": may_change,
        "roles": [
            {
                "role": role,
                "held": not shown.is_superuser and role in shown.roles,
                "may_change": may_change and role in givable,
            }
            for role in Role
        ],
    }
    return render(request, "accounts/person.html", context)


@managers_of_people
@require_POST
def change_role(request: HttpRequest, pk: int) -> HttpResponse:
    acts = {"give": give_role, "take": take_role}
    act = acts.get(request.POST.get("action", ""), _nothing_asked)
    return _act(request, pk, _("The roles are saved."), act, role=request.POST.get("role", ""))


@managers_of_people
@require_POST
def change_access(request: HttpRequest, pk: int) -> HttpResponse:
    acts = {
        "close": (_("The account is closed."), deactivate_person),
        "open": (_("The account is open again."), reactivate_person),
    }
    done, act = acts.get(request.POST.get("action", ""), ("", _nothing_asked))
    return _act(request, pk, done, act)


def _nothing_asked(**_asked: object) -> None:
    """Stands for a button that the page does not have: nothing is the default of anything."""
    raise DomainError(_("It was not said what to do: nothing has changed."), "unknown_action")


@managers_of_people
@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        revoke_invitation(invitation=get_object_or_404(Invitation, pk=pk), by=request.user)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The invitation is revoked: its link no longer works."))
    return redirect("accounts:people")


def _act(request: HttpRequest, pk: int, done: str, service: Callable, **kwargs) -> HttpResponse:
    try:
        service(person=get_object_or_404(User, pk=pk), by=request.user, **kwargs)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done)
    return redirect("accounts:person", pk=pk)
