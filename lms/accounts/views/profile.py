"""A person's own pages: details, consents, data, erasure."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST
from wagtail.log_actions import log

from lms.accounts.forms import ConsentsForm, ErasureForm, ProfileForm
from lms.accounts.models import Consent, ConsentText, User
from lms.accounts.privacy import export_archive, holdings_of
from lms.accounts.services import erase_person, record_consents, update_profile
from lms.core.errors import DomainError


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return _profile_page(request)
    # A copy: a form that is refused has already written on its instance, and the frame shows the person.
    form = ProfileForm(request.POST, instance=User.objects.get(pk=request.user.pk))
    if not form.is_valid():
        return _profile_page(request, form=form, status=422)
    person = User.objects.get(pk=request.user.pk)
    update_profile(person=person, by=person, **form.cleaned_data)
    with translation.override(person.language):
        messages.success(request, _("Your details are saved."))
        response = redirect("accounts:profile")
    _remember_language(response, person.language)
    return response


@require_POST
@login_required
def consents(request: HttpRequest) -> HttpResponse:
    form = ConsentsForm(request.POST, given=set())
    if form.is_valid():
        # The required ones were given with the account and are not asked again here.
        required = _given_kinds(request.user) & _required_kinds()
        try:
            record_consents(user=request.user, accepted=[*form.accepted_consents(), *required])
        except DomainError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("Your choices are saved."))
    return redirect(reverse("accounts:profile") + "#consents")


@require_POST
@login_required
def accept_required(request: HttpRequest) -> HttpResponse:
    """Agree to a new version of the required text, from the profile."""
    optional = _given_kinds(request.user) - _required_kinds()
    record_consents(user=request.user, accepted=[*optional, *_required_kinds()])
    messages.success(request, _("Thank you: your choice is saved."))
    return redirect(reverse("accounts:profile") + "#consents")


@never_cache
@require_POST
@login_required
def my_data(request: HttpRequest) -> HttpResponse:
    """Everything held about the person, as one ZIP of JSON files."""
    archive = export_archive(request.user)
    log(request.user, "accounts.export", user=request.user, data={"bytes": len(archive)})
    response = HttpResponse(archive, content_type="application/zip")
    day = timezone.localdate().isoformat()
    response["Content-Disposition"] = f'attachment; filename="cohub-{day}.zip"'
    return response


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def erasure(request: HttpRequest) -> HttpResponse:
    """Shows what would go and what must stay, and erases after the password."""
    form = ErasureForm(request.POST or None, user=request.user)
    status = 200
    if request.method == "POST":
        status = 422
        if _too_many(request):
            form.add_error(None, _("Too many requests. Wait a moment, then try again."))
        elif form.is_valid():
            try:
                kept = erase_person(person=request.user, by=request.user)
            except DomainError as error:
                form.add_error(None, str(error))
            else:
                logout(request)
                context = {"kept": [holding for holding in kept if holding.reason]}
                return render(request, "accounts/erased.html", context)
    context = {"form": form, "holdings": holdings_of(request.user)}
    return render(request, "accounts/erasure.html", context, status=status)


def _profile_page(request, form: ProfileForm | None = None, status: int = 200) -> HttpResponse:
    given = _given_kinds(request.user)
    context = {
        "form": form or ProfileForm(instance=User.objects.get(pk=request.user.pk)),
        "consents_form": ConsentsForm(given=given),
        "consents": Consent.objects.given()
        .filter(user=request.user, text__required=True)
        .select_related("text"),
        "renew": sorted(_required_kinds() - given),
    }
    return render(request, "accounts/profile.html", context, status=status)


def _given_kinds(user: User) -> set[str]:
    """The kinds whose *current* text the person agreed to."""
    current = ConsentText.objects.current()
    given = Consent.objects.given().filter(user=user, text__in=current)
    return set(given.values_list("text__kind", flat=True))


def _required_kinds() -> set[str]:
    return set(ConsentText.objects.current().filter(required=True).values_list("kind", flat=True))


def _remember_language(response: HttpResponse, language: str) -> None:
    """So that `/` and addresses without a prefix speak the person's language too."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=365 * 24 * 3600,
        samesite=settings.LANGUAGE_COOKIE_SAMESITE,
        secure=settings.SESSION_COOKIE_SECURE,
    )


def _too_many(request: HttpRequest) -> bool:
    from allauth.core import ratelimit

    return not ratelimit.consume(request, action="erase", user=request.user)
