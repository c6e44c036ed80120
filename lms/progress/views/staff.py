"""What the staff of a cohort set and say: when modules open, for all or for one, and who has done a lesson."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from lms.cohorts import services as cohorts
from lms.cohorts.models import Cohort, ModuleOpening, SyllabusModule
from lms.core.dates import possible_day
from lms.core.errors import DomainError
from lms.core.typed import number_in
from lms.progress import services
from lms.progress.forms import EarlyForm
from lms.progress.models import LessonProgress
from lms.progress.outline import read_lesson
from lms.progress.views.access import taught

PER_PAGE = 100


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def release(request, code):
    """When the modules open. One form sets all of them, another opens one to one learner, or closes it again."""
    cohort = taught(request, code)
    if request.method != "POST":
        return _release_page(request, cohort)
    action = request.POST.get("action", "")
    if action not in ("plan", "early", "close"):
        return HttpResponse(status=400)
    try:
        said = {"plan": _plan, "early": _early, "close": _close}[action](request, cohort)
    except DomainError as refusal:
        return _release_page(request, cohort, refused=refusal.message, status=409)
    messages.success(request, said)
    return redirect("progress:release", code)


def _plan(request, cohort: Cohort) -> str:
    plan = {}
    for module in cohort.modules.all():
        typed = request.POST.get(f"opens-{module.pk}", "").strip()
        plan[module.pk] = cohorts.Release(
            opens_on=_day(typed, module) if typed else None,
            after_previous=request.POST.get(f"after-{module.pk}") == "1",
            after_quiz=request.POST.get(f"quiz-{module.pk}", ""),
        )
    changed = cohorts.release_modules(cohort=cohort, plan=plan, by=request.user)
    return _("Kept.") if changed else _("Nothing had changed.")


def _day(typed: str, module: SyllabusModule):
    try:
        day = parse_date(typed)
        if day:
            possible_day(day)
    except (ValueError, ValidationError):
        day = None
    if day is None:
        raise DomainError(
            _("“%(title)s”: “%(day)s” is no day.") % {"title": module.title, "day": typed[:20]},
            "not_a_day",
        )
    return day


def _early(request, cohort: Cohort) -> str:
    form = EarlyForm(request.POST)
    if not form.is_valid():
        raise DomainError(_("Choose a person and a module, and say why."), "incomplete")
    enrolment = cohort.enrolments.active().filter(pk=form.cleaned_data["enrolment"]).first()
    module = cohort.modules.filter(pk=form.cleaned_data["module"]).first()
    if enrolment is None or module is None:
        raise DomainError(_("Choose a person and a module, and say why."), "incomplete")
    cohorts.open_early(
        enrolment=enrolment, module=module, reason=form.cleaned_data["reason"], by=request.user
    )
    return _("“%(title)s” is open to %(person)s.") % {
        "title": module.title,
        "person": enrolment.user,
    }


def _close(request, cohort: Cohort) -> str:
    rows = ModuleOpening.objects.filter(module__cohort=cohort).select_related("enrolment__user")
    opening = rows.filter(pk=number_in(request.POST.get("opening", ""))).first()
    if opening:
        cohorts.close_again(opening=opening, by=request.user)
    return _("It opens with the others again.")


def _release_page(request, cohort: Cohort, *, refused: str = "", status: int = 200):
    posted = request.POST if refused and request.POST.get("action") == "plan" else None
    modules = list(cohort.modules.order_by("position"))
    context = {
        "cohort": cohort,
        "modules": [
            {
                "row": module,
                "first": number == 0,
                "opens_on": posted.get(f"opens-{module.pk}", "")
                if posted
                else module.opens_on.isoformat() if module.opens_on else "",
                "after": posted.get(f"after-{module.pk}") == "1" if posted else module.after_previous,
                "quiz": posted.get(f"quiz-{module.pk}", "") if posted else module.after_quiz,
            }
            for number, module in enumerate(modules)
        ],
        "quizzes": list(cohorts.quiz_titles(cohort).items()),
        "learners": cohort.enrolments.active()
        .select_related("user")
        .order_by("user__last_name", "user__first_name", "pk"),
        "openings": ModuleOpening.objects.filter(module__cohort=cohort)
        .select_related("enrolment__user", "module", "by")
        .order_by("module__position", "enrolment__user__last_name", "pk"),
        "reason_limit": cohorts.OPENING_REASON,
        "typed": request.POST if refused else {},
        "refused": refused,
    }  # fmt: skip
    return render(request, "progress/release.html", context, status=status)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def marking(request, code, lesson_id, slug):
    """Who has done a lesson, for those who teach: page by page, marked together, taken back one by one."""
    cohort = taught(request, code)
    reading = read_lesson(cohort, lesson_id)
    if reading is None:
        raise Http404
    lesson = reading.entry.row
    if request.method == "POST":
        _mark(request, cohort, lesson)
        address = redirect("progress:marking", code, lesson_id, slug)
        if page := number_in(request.POST.get("page", "")):
            address["Location"] += f"?page={page}"
        return address
    learners = cohort.enrolments.active().select_related("user")
    page = Paginator(
        learners.order_by("user__last_name", "user__first_name", "pk"), PER_PAGE
    ).get_page(request.GET.get("page"))
    rows = LessonProgress.objects.filter(lesson=lesson, enrolment__in=[e.pk for e in page])
    progress = {row.enrolment_id: row for row in rows.select_related("completed_by")}
    context = {
        "cohort": cohort,
        "reading": reading,
        "slug": slug,
        "page_obj": page,
        "rows": [{"enrolment": e, "progress": progress.get(e.pk)} for e in page],
        "waiting": any(not (progress.get(e.pk) and progress[e.pk].done) for e in page),
    }
    return render(request, "progress/marking.html", context)


def _mark(request, cohort: Cohort, lesson) -> None:
    typed = map(number_in, request.POST.getlist("enrolment")[:PER_PAGE])
    chosen = [pk for pk in typed if pk is not None]
    back = request.POST.get("back", "")
    learners = cohort.enrolments.select_related("cohort", "user")
    try:
        if back:
            enrolment = get_object_or_404(learners, pk=number_in(back))
            services.reopen_lesson(enrolment=enrolment, lesson=lesson, by=request.user)
            messages.success(request, _("Taken back: %(person)s.") % {"person": enrolment.user})
        elif chosen:
            found = list(learners.filter(pk__in=chosen))
            services.mark_done(lesson=lesson, enrolments=found, by=request.user)
            messages.success(request, _("Marked as done: %(count)s.") % {"count": len(found)})
        else:
            messages.error(request, _("Choose at least one person."))
    except DomainError as refusal:
        messages.error(request, refusal.message)
