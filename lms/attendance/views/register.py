"""The register of one session: a plain form, which the script `register.js` sends row by row."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from lms.attendance import services
from lms.attendance.choices import Channel, Mark
from lms.attendance.forms import RegisterForm, RowInput, SignForm
from lms.attendance.summary import Register, clock, register_of
from lms.cohorts.models import ClassSession
from lms.core.errors import DomainError

BUTTONS = {"save", "all", "sign"}


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def register(request, code, number):
    session = _session(code, number)
    if session is None or not request.user.has_perm("attendance.read_register", session):
        raise Http404
    writes = request.user.has_perm("attendance.take_register", session)
    if request.method == "POST":
        if not writes:
            raise Http404
        return _save(request, session)
    return _page(request, RegisterForm(register_of(session)), writes=writes)


def _session(code: str, number: int) -> ClassSession | None:
    return (
        ClassSession.objects.filter(cohort__code=code, number=number)
        .select_related("cohort", "module", "sheet__saved_by", "sheet__signed_by")
        .prefetch_related("breaks")
        .first()
    )


def _save(request: HttpRequest, session: ClassSession) -> HttpResponse:
    """One service for what the pressed button asks; then the page, or its rows as JSON for the script."""
    form = RegisterForm(register_of(session), request.POST)
    sign = SignForm(request.POST, session=session)
    action = request.POST.get("action", "")
    if action not in BUTTONS:
        refusal = _("It was not said what to do: nothing has changed.")
        return _refused(request, form, sign, refusal, "unknown_action")
    if form.errors or (action == "sign" and not sign.is_valid()):
        return _refused(request, form, sign, _("Some times need another look."), "times")
    asked = {"session": session, "by": request.user, "version": form.version}
    try:
        if action == "all":
            services.mark_all_present(entries=form.entries, **asked)
        elif action == "sign":
            services.sign_register(entries=form.entries, **sign.times(), **asked)
        else:
            services.mark_register(entries=form.entries, **asked)
    except DomainError as refusal:
        return _refused(request, form, sign, refusal.message, refusal.code)
    if _wants_json(request):
        return JsonResponse(_state(_read_again(session)))
    done = _("Register signed.") if action == "sign" else _("Register saved.")
    messages.success(request, done)
    return redirect(request.path)


def _refused(request, form: RegisterForm, sign: SignForm, message, code: str) -> HttpResponse:
    """Say why, keep what was typed, and show what is stored now."""
    status = 422 if code == "times" else 409
    if _wants_json(request):
        body = {"code": code, "detail": str(message), "errors": form.errors}
        return JsonResponse(body | _state(_read_again(form.register.session)), status=status)
    fresh = RegisterForm(_read_again(form.register.session), request.POST)
    if code == "conflict":
        for row in fresh.rows:
            _say_what_is_stored(row)
    context = {"refusal": message, "sign": sign if request.POST.get("action") == "sign" else None}
    return _page(request, fresh, writes=True, status=status, **context)


def _say_what_is_stored(row: RowInput) -> None:
    """After a conflict, name the rows in which what was sent differs from what the other saved."""
    stored = row.row
    pairs = [(clock(p.in_at), clock(p.out_at), p.channel) for p in stored.presences]
    sent = [(p.entered, p.left, p.channel) for p in row.pairs if p.entered or p.left]
    if row.mark != stored.mark or (row.mark == Mark.TIMES and sent != pairs):
        row.error = _("Saved meanwhile: %(state)s.") % {"state": stored.caption}


def _page(
    request, form: RegisterForm, *, writes: bool, status: int = 200, sign=None, refusal=""
) -> HttpResponse:
    session, sheet = form.register.session, form.register.sheet
    now = timezone.now()
    context = {
        "session": session,
        "cohort": session.cohort,
        "sheet": sheet,
        "register": form.register,
        "form": form,
        "sign": sign or SignForm(session=session),
        "refusal": refusal,
        "writes": writes and not sheet.is_sealed and not session.cancelled_at,
        "opens_at": session.starts_at - services.OPENS_BEFORE,
        "early": now < session.starts_at - services.OPENS_BEFORE,
        "running": session.starts_at <= now < session.ends_at,
        "today": timezone.localdate(session.starts_at) == timezone.localdate(now),
        "channels": Channel.choices,
    }
    return render(request, "attendance/register.html", context, status=status)


def _wants_json(request: HttpRequest) -> bool:
    return request.headers.get("Accept") == "application/json"


def _read_again(session: ClassSession) -> Register:
    return register_of(_session(session.cohort.code, session.number))


def _state(register: Register) -> dict:
    """What the script needs to show the rows as they are stored."""
    return {
        "version": register.sheet.version,
        "status": register.sheet.status,
        "saved": register.saved_text,
        "counts": register.counts,
        "rows": [
            {
                "id": row.enrolment.pk,
                "mark": row.mark,
                "caption": row.caption,
                "times": [[clock(p.in_at), clock(p.out_at), p.channel] for p in row.presences],
            }
            for row in register.rows
        ],
    }
