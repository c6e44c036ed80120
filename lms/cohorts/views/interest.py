"""«Tell me when applications open»: for people with an account at once, for an address once it is confirmed."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from curriculum.models import Course
from lms.cohorts import services
from lms.cohorts.forms import InterestForm
from lms.cohorts.models import Cohort, CourseInterest
from lms.cohorts.views.public import cohort_crumbs
from lms.core.budget import Budget, too_many

_ASKED = Budget("interest", 10)
_TRIED = Budget("interest_links", 30)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def interest(request, code):
    """The page of one course; a POST puts the reader on the list, or takes them off it."""
    italian = _course(code)
    page = _in_language(italian)
    mine = _mine(request, italian)
    form = InterestForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        if _ASKED.spent(request):
            return too_many(request)
        _ASKED.spend(request)
        if request.user.is_authenticated:
            return _noted(request, italian, mine)
        if form.is_valid():
            if not form.filled_by_a_robot:
                services.ask_interest(
                    course=italian,
                    email=form.cleaned_data["email"],
                    language=(get_language() or "it")[:2],
                )
            return render(request, "cohorts/interest_sent.html", _frame(page))
    context = _frame(page) | {
        "form": form,
        "mine": mine,
        "open_cohort": _open_cohort(italian),
        "coming": _coming(italian),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "cohorts/interest.html", context, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_interest(request, token):
    """The link of the mail: a page with one button, since programs that read mails follow links too."""
    if _TRIED.spent(request):
        return too_many(request)
    _TRIED.spend(request)
    row = services.interest_of(token, fresh=True)
    if row is None:
        return render(request, "cohorts/interest_gone.html", status=404)
    if request.method == "POST":
        row = services.confirm_interest(token=token)
        if row is None:
            raise Http404
    context = _frame(_in_language(row.course)) | {"interest": row, "token": token}
    return render(request, "cohorts/interest_confirm.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def remove_interest(request, token):
    """The other link: one button, and the address is forgotten."""
    if _TRIED.spent(request):
        return too_many(request)
    _TRIED.spend(request)
    row = services.interest_of(token)
    if row is None:
        return render(request, "cohorts/interest_gone.html", status=404)
    context = _frame(_in_language(row.course)) | {"removed": request.method == "POST"}
    if request.method == "POST":
        services.remove_interest(interest=row)
    return render(request, "cohorts/interest_remove.html", context)


def _noted(request, course: Course, mine: CourseInterest | None):
    if "remove" not in request.POST:
        services.note_interest(course=course, user=request.user)
        messages.success(request, _("Done: we will write to you once, when applications open."))
    else:
        if mine:
            services.remove_interest(interest=mine)
        messages.success(request, _("Done: you are no longer on the list."))
    return redirect("cohorts:interest", code=course.code)


def _course(code: str) -> Course:
    rows = Course.objects.live().filter(locale__language_code="it", alias_of=None)
    return get_object_or_404(rows, code=code)


def _in_language(course: Course) -> Course:
    pages = Course.objects.live().filter(translation_key=course.translation_key)
    page = pages.filter(locale__language_code=get_language()).select_related("locale").first()
    return page or course


def _mine(request, course: Course) -> CourseInterest | None:
    if not request.user.is_authenticated:
        return None
    return CourseInterest.objects.filter(course=course, user=request.user).first()


def _open_cohort(course: Course) -> Cohort | None:
    rows = Cohort.objects.public().filter(course=course).order_by("starts_on")
    return next((row for row in rows if row.accepts_applications), None)


def _coming(course: Course) -> Cohort | None:
    """The next edition of which the day is known."""
    today = timezone.localdate()
    rows = Cohort.objects.public().filter(course=course, applications_open_on__gt=today)
    return rows.order_by("applications_open_on").first()


def _frame(course: Course) -> dict:
    return {"course": course, "crumbs": cohort_crumbs(course)}
