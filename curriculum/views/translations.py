"""The English of the catalogue in the admin: what waits, one button for each thing that can be done."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from wagtail.models import Page
from wagtail_localize.models import Translation

from curriculum.choices import TranslationState
from curriculum.languages import (
    OF_COURSES,
    SOURCE,
    TRANSLATED,
    course_above,
    course_states,
    courses_to_translate,
    english_of,
    page_state,
    translation_of,
)
from curriculum.rules import may_translate
from curriculum.services.translation_jobs import (
    ACTION_LABELS,
    JOB_KIND,
    open_job,
    start_translation_job,
)
from curriculum.services.translations import (
    save_draft,
    submit_translation,
    translate_page,
)
from lms.accounts.choices import Role
from lms.core.errors import DomainError
from lms.core.models import Job

ICON = "wagtail-localize-language"


# --- Lists ----------------------------------------------------------------------------------
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The courses that the person may translate, and how far each is."""
    if not request.user.has_role(Role.INSTRUCTOR, Role.ADMINISTRATOR):
        raise Http404
    context = {
        "rows": course_states(courses_to_translate(request.user)),
        "header_title": _("Translations to update"),
        "header_icon": ICON,
    }
    return render(request, "curriculum/admin/translations.html", context)


@require_safe
def course(request: HttpRequest, page_id: int) -> HttpResponse:
    """Every published page of a course and its English; `?stato=` narrows to a state."""
    if not request.user.has_role(Role.INSTRUCTOR, Role.ADMINISTRATOR):
        raise Http404
    row = get_object_or_404(courses_to_translate(request.user), pk=page_id)
    state = course_states([row])[0]
    chosen = request.GET.get("stato", "")
    if chosen not in TranslationState.values:
        chosen = ""
    context = {
        "course": row,
        "state": state,
        "pages": [page for page in state.pages if not chosen or page.state == chosen],
        "filters": [
            {"value": value, "label": label, "count": state.counts.get(value, 0)}
            for value, label in TranslationState.choices
            if state.counts.get(value)
        ],
        "chosen": chosen,
        "missing": state.counts.get(TranslationState.MISSING, 0),
        "stale": state.counts.get(TranslationState.STALE, 0),
        "submittable": sum(page.submittable for page in state.pages),
        "job": open_job(row),
        "header_title": _("Translations to update"),
        "header_subtitle": row.title,
        "header_icon": ICON,
    }
    return render(request, "curriculum/admin/translations_course.html", context)


@require_safe
def job(request: HttpRequest, pk: int) -> HttpResponse:
    """How far the work on a course is."""
    row = get_object_or_404(Job, pk=pk, kind=JOB_KIND)
    of = get_object_or_404(Page, pk=row.data["course"])
    _refuse_others(request, of)
    context = {
        "job": row,
        "course": of,
        "header_title": ACTION_LABELS[row.data["action"]],
        "header_subtitle": of.title,
        "header_icon": ICON,
    }
    return render(request, "curriculum/admin/translations_job.html", context)


# --- Doing ----------------------------------------------------------------------------------
def translate(request: HttpRequest, page_id: int) -> HttpResponse:
    """Begin the English of an Italian page: alone or, in a course, with all that is below it."""
    page = _italian(request, page_id)
    if request.method == "POST":
        try:
            if request.POST.get("below") and page.specific_class in OF_COURSES:
                started = start_translation_job(page=page, action="translate", by=request.user)
                return redirect("translations_job", pk=started.pk)
            translate_page(page=page, by=request.user)
        except DomainError as refusal:
            messages.error(request, refusal.message)
            return redirect("translate_page", page_id=page.pk)
        return redirect("wagtailadmin_pages:edit", english_of(page).pk)
    whole = page.specific_class in OF_COURSES
    context = {
        "page": page,
        "below": page.get_descendants().filter(live=True).count() if whole else 0,
        "state": page_state(page) if page.live else None,
        "back": back_from(page),
        "of_course": whole,
        "header_title": _("Translate into English"),
        "header_subtitle": page.title,
        "header_icon": ICON,
    }
    return render(request, "curriculum/admin/translate.html", context)


@require_POST
def work(request: HttpRequest, page_id: int, action: str) -> HttpResponse:
    """Start the work of a whole course: translate, bring up to date, submit."""
    page = _italian(request, page_id, among=OF_COURSES)
    try:
        started = start_translation_job(page=page, action=action, by=request.user)
    except DomainError as refusal:
        if refusal.code == "unknown_action":
            raise Http404 from refusal
        messages.error(request, refusal.message)
        return redirect("translations_course", page_id=course_above(page).pk)
    return redirect("translations_job", pk=started.pk)


@require_POST
def draft(request: HttpRequest, page_id: int) -> HttpResponse:
    """Keep the English as a draft that can be previewed and compared."""
    page, translation = _open_translation(request, page_id)
    said = _("The draft is saved. Readers see what they saw before.")
    attempt(request, save_draft, translation, said)
    return redirect("wagtailadmin_pages:edit", english_of(page).pk)


@require_POST
def submit(request: HttpRequest, page_id: int) -> HttpResponse:
    """Send the English of a page to the committee."""
    page, translation = _open_translation(request, page_id)
    said = _("“%(title)s” is with the committee: it appears when they approve it.")
    if attempt(request, submit_translation, translation, said % {"title": page.title}):
        return redirect(back_from(page))
    return redirect("wagtailadmin_pages:edit", english_of(page).pk)


def _italian(
    request: HttpRequest, page_id: int, *, among: tuple[type[Page], ...] = TRANSLATED
) -> Page:
    page = Page.objects.filter(pk=page_id).select_related("locale").first()
    if page is None or page.specific_class not in among:
        raise Http404
    _refuse_others(request, page)
    if page.locale.language_code != SOURCE or page.alias_of_id:
        raise Http404
    return page


def _open_translation(request: HttpRequest, page_id: int) -> tuple[Page, Translation]:
    page = _italian(request, page_id)
    translation = translation_of(page)
    if translation is None:
        raise Http404
    return page, translation


def _refuse_others(request: HttpRequest, page: Page) -> None:
    if not may_translate(request.user, page):
        raise Http404


def back_from(page: Page) -> str:
    """The list of the course's translations; of a page of no course, its own editor."""
    if page.specific_class in OF_COURSES:
        return reverse("translations_course", args=[course_above(page).pk])
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def attempt(
    request: HttpRequest, service: Callable[..., Any], translation: Translation, said: str
) -> bool:
    """Call a service; the next page tells its refusal, or what is `said` when it was done."""
    try:
        service(translation=translation, by=request.user)
    except DomainError as refusal:
        messages.error(request, refusal.message)
        return False
    messages.success(request, said)
    return True
