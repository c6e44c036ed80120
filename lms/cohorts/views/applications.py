"""An applicant's own page: the form, the draft, what was sent and where it stands.

Everything is at one address; whoever is not the applicant has none of it.
"""

from collections.abc import Mapping
from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from lms.cohorts import services, summary
from lms.cohorts.choices import ApplicationStatus
from lms.cohorts.forms import application_fields, typed_answers
from lms.cohorts.models import Application, ApplicationFile, Cohort
from lms.cohorts.services.application_clock import KEPT_DAYS
from lms.cohorts.summary import Ask, Value
from lms.cohorts.views.public import cohort_crumbs, course_page, public_cohort_of, standing_of
from lms.core.attachments import ACCEPT, MAX_BYTES
from lms.core.errors import DomainError
from lms.core.typed import number_in


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def apply(request, code):
    """The form while it can be filled in, then what was sent; a POST keeps the draft."""
    cohort = public_cohort_of(code, request.user)
    standing = standing_of(request, cohort)
    application = standing["application"]
    if request.method == "POST" and not standing["enrolment"]:
        return _save(request, cohort, application)
    is_draft = application is not None and application.status == ApplicationStatus.DRAFT
    if standing["enrolment"] or (application and not is_draft):
        return _sent_page(request, cohort, standing)
    if not cohort.accepts_applications:
        return _closed_page(request, cohort, standing)
    values = summary.values_of(application) if application else {"pool": summary.OPEN_SEATS}
    return _form_page(request, cohort, application, values)


@never_cache
@login_required
@require_POST
def autosave(request, code):
    """The same as saving by the button, answered in JSON: what the page's own script asks for."""
    cohort = public_cohort_of(code, request.user)
    asks = summary.asks_of(cohort)
    try:
        draft = _keep(request, cohort, asks)
    except DomainError as refusal:
        return JsonResponse({"code": refusal.code, "detail": str(refusal.message)}, status=409)
    faults = _attach(request, draft, asks)
    files = summary.files_of(draft)
    return JsonResponse(
        {
            "revision": draft.revision,
            "saved_at": _hour(draft),
            "closed": "" if cohort.accepts_applications else str(_closed_words(cohort)),
            "files": {
                name: {"name": row.name, "url": _file_url(cohort, row)}
                for name, row in files.items()
            },
            "faults": {name: str(fault) for name, fault in faults.items()},
        }
    )


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def review(request, code):
    """Everything once more before it is sent; a POST sends it."""
    cohort = public_cohort_of(code, request.user)
    application = standing_of(request, cohort)["application"]
    if application is None or application.status != ApplicationStatus.DRAFT:
        return redirect("cohorts:apply", code=cohort.code)
    refusal, status = "", 200
    if request.method == "POST":
        try:
            if "agree" not in request.POST:
                raise DomainError(_("Tick the box below: without it we cannot read it."), "agree")
            revision = number_in(request.POST.get("revision", ""))
            services.submit_application(application=application, revision=revision or 0)
        except DomainError as error:
            refusal, status = error.message, 409
            application.refresh_from_db()
        else:
            messages.success(request, _("Sent. You will find a confirmation in your mail."))
            return redirect("cohorts:apply", code=cohort.code)
    faults = summary.faults_of(
        summary.asks_of(cohort), summary.values_of(application), summary.files_of(application)
    )
    if faults and not refusal:
        return redirect("cohorts:apply", code=cohort.code)
    context = frame_of(cohort) | {
        "application": application,
        "answers": summary.answered(application),
        "refusal": refusal,
        "open": cohort.accepts_applications,
    }
    return render(request, "cohorts/apply_review.html", context, status=status)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def take_back(request, code):
    """Ask once more, then throw the draft away or take back what was sent."""
    cohort = public_cohort_of(code, request.user)
    application = standing_of(request, cohort)["application"]
    if application is None:
        return redirect("cohorts:apply", code=cohort.code)
    is_draft = application.status == ApplicationStatus.DRAFT
    if request.method == "POST":
        try:
            if is_draft:
                services.discard_draft(application=application)
                messages.success(request, _("The draft is gone, and its files with it."))
                return redirect(cohort)
            services.withdraw_application(application=application, by=request.user)
            messages.success(request, _("Your application is taken back."))
        except DomainError as refusal:
            messages.error(request, refusal.message)
        return redirect("cohorts:apply", code=cohort.code)
    if not is_draft and application.status not in summary.OPEN_STATUSES:
        return redirect("cohorts:apply", code=cohort.code)
    context = frame_of(cohort) | {"application": application, "is_draft": is_draft}
    return render(request, "cohorts/apply_take_back.html", context)


# --- Saving -----------------------------------------------------------------------------------
def _keep(request: HttpRequest, cohort: Cohort, asks: list[Ask]) -> Application:
    return services.save_draft(
        cohort=cohort,
        user=request.user,
        values=typed_answers(asks, request.POST),
        revision=number_in(request.POST.get("revision", "")) or 0,
    )


def _save(request, cohort: Cohort, application: Application | None) -> HttpResponse:
    asks = summary.asks_of(cohort)
    values = typed_answers(asks, request.POST)
    if application is None and not any(values.values()) and not request.FILES:
        return _form_page(request, cohort, None, values, faults=_faults(asks, values), status=422)
    try:
        draft = _keep(request, cohort, asks)
    except DomainError as refusal:
        if refusal.code in ("application_sent", "already_enrolled"):
            messages.info(request, refusal.message)
            return redirect("cohorts:apply", code=cohort.code)
        return _refused(request, cohort, values, refusal)
    faults = _attach(request, draft, asks)
    _remove(request, draft)
    if not cohort.accepts_applications:
        return redirect("cohorts:apply", code=cohort.code)
    if not faults and "save" not in request.POST and "remove" not in request.POST:
        faults = summary.faults_of(asks, summary.values_of(draft), summary.files_of(draft))
        if not faults:
            return redirect("cohorts:review", code=cohort.code)
    if faults:
        return _form_page(request, cohort, draft, values, faults=faults, status=422)
    messages.success(request, _("Saved at %(time)s.") % {"time": _hour(draft)})
    return redirect("cohorts:apply", code=cohort.code)


def _faults(asks: list[Ask], values: Mapping[str, Value]) -> dict[str, str]:
    return summary.faults_of(asks, values, {})


def _attach(request, draft: Application, asks: list[Ask]) -> dict[str, str]:
    """Keep the files that came along; a sentence for each that was not."""
    faults = {}
    for ask in asks:
        sent = request.FILES.get(ask.name) if ask.is_file else None
        if sent is None:
            continue
        try:
            services.attach_file(application=draft, question=ask.question, file=sent)
        except DomainError as refusal:
            faults[ask.name] = str(refusal.message)
    return faults


def _remove(request, draft: Application) -> None:
    name = request.POST.get("remove", "")
    row = summary.files_of(draft).get(name)
    if row:
        services.remove_file(file=row)


def _refused(request, cohort, values, refusal: DomainError) -> HttpResponse:
    """What was typed stays on the page; of a conflict, also what the other tab saved."""
    application = standing_of(request, cohort)["application"]
    if refusal.code != "draft_conflict" or application is None:
        return _form_page(request, cohort, application, values, refusal=refusal.message, status=409)
    stored = summary.values_of(application)
    words = {answer.name: "\n".join(answer.lines) for answer in summary.answered(application)}
    asks = summary.asks_of(cohort)
    differ = {
        ask.name: words.get(ask.name, "")
        for ask in asks
        if not ask.is_file and (stored.get(ask.name) or "") != _plain(values.get(ask.name))
    }
    return _form_page(
        request, cohort, application, values, elsewhere=differ, refusal=refusal.message, status=409
    )


def _plain(value: Value | None) -> Value:
    return value.replace("\r\n", "\n").strip() if isinstance(value, str) else value or ""


# --- Pages ------------------------------------------------------------------------------------
def frame_of(cohort: Cohort) -> dict:
    course = course_page(cohort)
    return {"cohort": cohort, "course": course, "crumbs": cohort_crumbs(course, cohort)}


def _form_page(
    request,
    cohort: Cohort,
    application: Application | None,
    values: Mapping[str, Value],
    *,
    faults: Mapping[str, str] | None = None,
    elsewhere: Mapping[str, str] | None = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    asks = summary.asks_of(cohort)
    files = summary.files_of(application) if application else {}
    context = frame_of(cohort) | {
        "application": application,
        "fields": application_fields(asks, values, files, faults or {}, elsewhere),
        "has_faults": bool(faults),
        "conflict": elsewhere is not None,
        "refusal": refusal,
        "withdrawn": _had_withdrawn(request, cohort),
        "closes": summary.closing_moment(cohort),
        **FILE_WORDS,
    }
    return render(request, "cohorts/apply.html", context, status=status)


FILE_WORDS = {"accept": ACCEPT, "most_bytes": MAX_BYTES, "most_mb": MAX_BYTES // (1024 * 1024)}


def _sent_page(request, cohort: Cohort, standing: dict) -> HttpResponse:
    application = standing["application"]
    context = frame_of(cohort) | standing
    if application:
        context |= {
            "answers": summary.answered(application),
            "steps": summary.steps_of(application),
            "can_take_back": application.status in summary.OPEN_STATUSES,
        }
    return render(request, "cohorts/application.html", context)


def _closed_page(request, cohort: Cohort, standing: dict) -> HttpResponse:
    """A draft that is there keeps its words: they can be read and taken away, not sent."""
    application = standing["application"]
    context = frame_of(cohort) | {
        "application": application,
        "answers": summary.answered(application) if application else (),
        "closed": _closed_words(cohort),
        "kept_until": cohort.applications_close_on + timedelta(days=KEPT_DAYS),
        "withdrawn": _had_withdrawn(request, cohort),
        "announced": cohort.phase == "announced",
    }
    return render(request, "cohorts/apply_closed.html", context)


def _closed_words(cohort: Cohort) -> str:
    today = timezone.localdate()
    if cohort.overridden:
        return _("Applications to %(code)s are not open now.") % {"code": cohort.code}
    if cohort.applications_open_on > today:
        return _("Applications to %(code)s open on %(day)s.") % {
            "code": cohort.code,
            "day": date_format(cohort.applications_open_on, "j F Y"),
        }
    if cohort.applications_close_on < today:
        return _("Applications to %(code)s closed at midnight on %(day)s.") % {
            "code": cohort.code,
            "day": date_format(cohort.applications_close_on, "j F Y"),
        }
    return _("Applications to %(code)s are not open now.") % {"code": cohort.code}


def _had_withdrawn(request, cohort: Cohort) -> bool:
    rows = Application.objects.filter(cohort=cohort, user=request.user)
    return rows.filter(status=ApplicationStatus.WITHDRAWN).exists()


def _hour(draft: Application) -> str:
    return date_format(timezone.localtime(draft.saved_at), "H:i")


def _file_url(cohort: Cohort, row: ApplicationFile) -> str:
    return reverse("cohorts:application_file", args=[cohort.code, row.key])
