"""A learner's way through a quiz: what it is, the paper, saving, handing in, the result.

Every page answers the same 404 for another person's attempt as for one that does not exist.
"""

import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessment import services
from assessment.forms import AnswerForm, read_paper
from assessment.marking import points_text, review_of
from assessment.models import Assessment, Attempt
from assessment.models.texts import in_language, language_of
from assessment.outline import paper_of
from assessment.rules import may_take_attempt
from assessment.summary import results_of
from lms.cohorts.models import Enrolment
from lms.core.errors import DomainError
from lms.core.navigation import address_or_nothing

CLOCK_TOLERANCE = datetime.timedelta(seconds=5)


def _enrolment(user, code: str) -> Enrolment:
    return get_object_or_404(
        Enrolment.objects.select_related("cohort__course", "user"), cohort__code=code, user=user
    )


def _attempt(user, pk: int) -> Attempt:
    """One's own attempt. Staff read attempts in the admin, not here."""
    attempt = get_object_or_404(
        Attempt.objects.select_related("enrolment__cohort__course", "assessment"), pk=pk
    )
    # The rule itself: `has_perm` says yes to a superuser, who would hand in another person's paper.
    if not may_take_attempt(user, attempt):
        raise Http404
    return attempt


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def detail(request, code, pk):
    """What the quiz is, how the learner stands, and the button that starts it."""
    enrolment = _enrolment(request.user, code)
    assessment = get_object_or_404(
        Assessment.objects.of_course(enrolment.cohort.course).published(), pk=pk
    )
    refusal = None
    if request.method == "POST":
        try:
            attempt = services.start_attempt(enrolment=enrolment, assessment=assessment)
            return redirect("assessment:attempt", pk=attempt.pk)
        except DomainError as error:
            refusal = error
    return render(
        request,
        "assessment/detail.html",
        _intro(enrolment, assessment, refusal),
        status=409 if refusal else 200,
    )


def _crumbs(enrolment: Enrolment, assessment: Assessment | None = None) -> list[dict]:
    """The way back up: my page, the cohort, and from within an attempt the quiz."""
    code = enrolment.cohort.code
    ways = [
        (_("My page"), address_or_nothing("dashboard:home")),
        (code, reverse("cohorts:detail", kwargs={"code": code})),
    ]
    if assessment:
        quiz = reverse("assessment:detail", kwargs={"code": code, "pk": assessment.pk})
        ways.append((in_language(assessment.title), quiz))
    return [{"label": label, "url": url} for label, url in ways if url]


def _intro(enrolment: Enrolment, assessment: Assessment, refusal: DomainError | None) -> dict:
    now = timezone.now()
    refused = refusal is not None
    result = next(row for row in results_of(enrolment) if row.assessment.pk == assessment.pk)
    can_start = True
    try:
        services.check_start(enrolment=enrolment, assessment=assessment, at=now)
    except DomainError as error:
        can_start, refusal = False, refusal or error
    going_on = result.open_attempt and not result.open_attempt.is_expired(now)
    can_start = can_start and bool(going_on or result.attempts_left)
    return {
        "crumbs": _crumbs(enrolment),
        "enrolment": enrolment,
        "cohort": enrolment.cohort,
        "assessment": assessment,
        "result": result,
        "title_language": language_of(assessment.title),
        "instructions": in_language(assessment.instructions),
        "instructions_language": language_of(assessment.instructions),
        "question_count": assessment.question_rows.count(),
        "attempts": [attempt for attempt in result.attempts if not attempt.is_open],
        "going_on": result.open_attempt if going_on else None,
        "can_start": can_start,
        # The one filled panel of the screen: not for who has passed and may only try again.
        "next_step": can_start and bool(going_on or not result.passed),
        "refusal": refusal,
        "refused": refused,
    }


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def attempt(request, pk):
    """The paper: all questions on one page. A POST saves what is ticked, without handing in."""
    attempt = _attempt(request.user, pk)
    if not attempt.is_open:
        return redirect("assessment:result", pk=attempt.pk)
    if request.method != "POST":
        return _paper(request, attempt)
    error = _save_all(request, attempt)
    if error:
        return _paper(request, attempt, error=error, status=409)
    at = date_format(timezone.localtime(), "H:i")
    messages.success(request, _("Saved at %(time)s.") % {"time": at})
    return redirect("assessment:attempt", pk=attempt.pk)


def _head(attempt: Attempt) -> dict:
    """What the paper and the result both begin with."""
    return {
        "crumbs": _crumbs(attempt.enrolment, attempt.assessment),
        "attempt": attempt,
        "cohort": attempt.enrolment.cohort,
        "title": in_language(attempt.snapshot["title"]),
        "title_language": language_of(attempt.snapshot["title"]),
    }


def _paper(request, attempt: Attempt, *, error: str = "", confirm: bool = False, status: int = 200):
    now = timezone.now()
    answers = list(attempt.answers.all())
    questions = paper_of(attempt, answers)
    missing = [question for question in questions if not question.answered]
    language = (get_language() or "it")[:2]
    context = {
        **_head(attempt),
        "questions": questions,
        "answered": len(questions) - len(missing),
        "missing": missing,
        "untranslated": any(question.language != language for question in questions),
        "expired": attempt.is_expired(now),
        "timed": bool(attempt.rule["time_limit_minutes"]),
        "now": now,
        "saved_at": max((answer.saved_at for answer in answers), default=None),
        "error": error,
        "confirm": confirm and bool(missing),
    }
    return render(request, "assessment/attempt.html", context, status=status)


def _save_all(request, attempt: Attempt) -> str:
    """Save the posted paper; the sentence to show if something was not saved."""
    try:
        saved = services.save_answers(
            attempt=attempt, answers=read_paper(request.POST, attempt.questions)
        )
    except DomainError as refusal:
        return refusal.message
    if not saved.conflicts:
        return ""
    keys = [question["key"] for question in attempt.questions]
    numbers = [str(keys.index(key) + 1) for key in saved.conflicts]
    return ngettext(
        "Question %(numbers)s was answered differently meanwhile on another page or device: below is "
        "the newer answer. Check it.",
        "Questions %(numbers)s were answered differently meanwhile on another page or device: below "
        "are the newer answers. Check them.",
        len(numbers),
    ) % {"numbers": ", ".join(numbers)}


@never_cache
@login_required
@require_POST
def autosave(request, pk):
    """One answer, saved while the learner goes on: JSON `{saved_at, revision}` or 409 `{code, detail}`."""
    attempt = _attempt(request.user, pk)
    form = AnswerForm(request.POST)
    if form.fault:
        return JsonResponse({"code": "invalid", "detail": str(form.fault)}, status=400)
    try:
        answer = services.save_answer(
            attempt=attempt,
            question_key=form.cleaned_data["question"],
            choices=form.choices,
            revision=form.cleaned_data["revision"],
        )
    except DomainError as refusal:
        return JsonResponse({"code": refusal.code, "detail": str(refusal)}, status=409)
    saved_at = date_format(timezone.localtime(answer.saved_at), "H:i")
    return JsonResponse({"saved_at": saved_at, "revision": answer.revision})


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def submit(request, pk):
    """Save what the paper holds and hand in; asks once again where answers are missing.

    A GET hands nothing in: a reload or a change of language leads back to the paper.
    """
    attempt = _attempt(request.user, pk)
    if request.method != "POST":
        return redirect("assessment:attempt", pk=attempt.pk)
    if attempt.is_open and not attempt.is_expired(timezone.now()):
        error = _save_all(request, attempt)
        if error:
            return _paper(request, attempt, error=error, status=409)
        if "timeout" in request.POST:
            # The page's countdown has ended; if the server's has not, the learner goes on.
            if attempt.deadline_at - timezone.now() > CLOCK_TOLERANCE:
                return redirect("assessment:attempt", pk=attempt.pk)
        elif "confirmed" not in request.POST and _something_missing(attempt):
            return _paper(request, attempt, confirm=True)
    elif attempt.is_open:
        # The clock has run out on the way: what arrives within the grace still counts.
        _save_all(request, attempt)
    done = services.submit_attempt(attempt=attempt)
    return redirect("assessment:result", pk=done.pk)


def _something_missing(attempt: Attempt) -> bool:
    return any(not question.answered for question in paper_of(attempt, attempt.answers.all()))


@never_cache
@login_required
@require_safe
def result(request, pk):
    """The mark with its threshold, then every question with what was right and why."""
    attempt = _attempt(request.user, pk)
    if attempt.is_open:
        return redirect("assessment:attempt", pk=attempt.pk)
    questions = review_of(attempt, attempt.answers.all())
    standing = next(
        (
            row
            for row in results_of(attempt.enrolment)
            if row.assessment.pk == attempt.assessment_id
        ),
        None,
    )
    context = {
        **_head(attempt),
        "questions": questions,
        "right": sum(question.mark.full for question in questions),
        "points": points_text(attempt.score),
        "max_points": points_text(attempt.max_score),
        "pass_mark": attempt.rule["pass_mark"],
        "standing": standing,
    }
    return render(request, "assessment/result.html", context)
