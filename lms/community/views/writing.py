"""Writing announcements: draft, preview, now or later, correcting, taking down."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from lms.cohorts.models import Cohort
from lms.community import services
from lms.community.forms import AnnouncementForm, CorrectionForm, ReasonForm, WordsForm
from lms.community.models import Announcement
from lms.community.rules import may_announce
from lms.community.wording import html_of
from lms.core.dates import day_in_words
from lms.core.errors import DomainError


def _own_cohort(request: HttpRequest, code: str) -> Cohort:
    cohort = get_object_or_404(
        Cohort.objects.exclude(opened_at=None).select_related("course"), code=code
    )
    if not may_announce(request.user, cohort):
        raise Http404
    return cohort


def _own(request: HttpRequest, code: str, pk: int) -> Announcement:
    cohort = _own_cohort(request, code)
    return get_object_or_404(
        Announcement.objects.select_related("cohort__course"), cohort=cohort, pk=pk
    )


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest, code: str) -> HttpResponse:
    cohort = _own_cohort(request, code)
    if request.method != "POST":
        return _page(request, cohort, AnnouncementForm(initial={"key": uuid.uuid4()}))
    return _write(request, cohort, AnnouncementForm(request.POST))


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """A draft is written on; what was published is corrected."""
    row = _own(request, code, pk)
    form_class = CorrectionForm if row.published_at else AnnouncementForm
    if row.taken_down_at:
        messages.error(request, _("This announcement was taken down."))
        return redirect("community:announcements", code)
    if request.method != "POST":
        return _page(request, row.cohort, form_class(initial=WordsForm.initial_of(row)), row)
    form = form_class(request.POST)
    if isinstance(form, AnnouncementForm):
        # The draft that the address names, whatever key the form brought.
        form.data = form.data.copy()
        form.data["key"] = str(row.key)
        return _write(request, row.cohort, form, row)
    return _correct(request, row, form)


def _write(
    request: HttpRequest,
    cohort: Cohort,
    form: AnnouncementForm,
    row: Announcement | None = None,
) -> HttpResponse:
    if not form.is_valid():
        return _page(request, cohort, form, row, status=422)
    data, do = form.cleaned_data, request.POST.get("do", "save")
    if do == "preview":
        return _page(request, cohort, form, row, preview=True)
    try:
        saved = services.save_draft(
            cohort=cohort,
            key=data["key"],
            words=form.words(),
            by_mail=data["by_mail"],
            pinned=data["pinned"],
            by=request.user,
        )
        if do == "publish":
            services.publish_announcement(announcement=saved, by=request.user)
            messages.success(request, _("Published. The cohort sees it now."))
        elif do == "schedule":
            moment = data["scheduled_for"]
            services.schedule_announcement(announcement=saved, moment=moment, by=request.user)
            messages.success(request, _("Scheduled for %(day)s.") % {"day": _moment(moment)})
        else:
            if saved.scheduled_for:
                services.schedule_announcement(announcement=saved, moment=None, by=request.user)
            messages.success(request, _("The draft is saved: only those who write see it."))
    except DomainError as refusal:
        if refusal.code == "published":  # the second of two clicks
            return redirect("community:announcements", cohort.code)
        form.add_error(None, refusal.message)
        return _page(request, cohort, form, row, status=422)
    return redirect("community:announcements", cohort.code)


def _correct(request: HttpRequest, row: Announcement, form: CorrectionForm) -> HttpResponse:
    if not form.is_valid():
        return _page(request, row.cohort, form, row, status=422)
    if request.POST.get("do") == "preview":
        return _page(request, row.cohort, form, row, preview=True)
    try:
        services.correct_announcement(
            announcement=row,
            words=form.words(),
            seen=form.cleaned_data["seen"],
            mail_again=form.cleaned_data["mail_again"],
            by=request.user,
        )
    except DomainError as refusal:
        form.add_error(None, refusal.message)
        return _page(request, row.cohort, form, row, status=422)
    messages.success(request, _("Corrected. Readers see that it was."))
    return redirect("community:announcements", row.cohort.code)


@never_cache
@login_required
@require_POST
def pin(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    row = _own(request, code, pk)
    try:
        services.pin_announcement(
            announcement=row, pinned="pinned" in request.POST, by=request.user
        )
    except DomainError as refusal:
        messages.error(request, refusal.message)
    return redirect("community:announcements", code)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def take_down(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    row = _own(request, code, pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.take_down_announcement(
                announcement=row, reason=form.cleaned_data["reason"], by=request.user
            )
        except DomainError as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("Taken down. Readers see the reason in its place."))
            return redirect("community:announcements", code)
    context = {"cohort": row.cohort, "announcement": row, "form": form}
    return render(request, "community/take_down.html", context, status=422 if form.errors else 200)


@never_cache
@login_required
@require_POST
def discard(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    row = _own(request, code, pk)
    try:
        services.discard_draft(announcement=row, by=request.user)
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("The draft is gone."))
    return redirect("community:announcements", code)


def _moment(moment) -> str:
    return f"{day_in_words(moment, 'weekday')}, {timezone.localtime(moment):%H:%M}"


def _page(
    request: HttpRequest,
    cohort: Cohort,
    form: WordsForm,
    row: Announcement | None = None,
    *,
    preview: bool = False,
    status: int = 200,
) -> HttpResponse:
    words = form.words() if preview else None
    context = {
        "cohort": cohort,
        "form": form,
        "announcement": row,
        "readers": cohort.enrolments.active().count(),
        "preview": words
        and {
            "title": words["title"],
            "html": html_of(words["text"]),
            "title_en": words["title_en"],
            "html_en": html_of(words["text_en"]),
        },
    }
    return render(request, "community/write.html", context, status=status)
