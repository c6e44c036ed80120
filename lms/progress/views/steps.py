"""What a learner does with a lesson: leaves it at a point, says that it is done, takes it up again."""

from collections.abc import Callable
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from lms.cohorts.models import Enrolment, SyllabusLesson
from lms.cohorts.outline import cohort_syllabus
from lms.core.errors import DomainError
from lms.progress import services
from lms.progress.forms import CheckForm, VisitForm
from lms.progress.outline import blocks_of_type, read_lesson
from lms.progress.summary import progress_of
from lms.progress.views.access import by_script, own_lesson


@never_cache
@login_required
@require_POST
def complete(request, code, lesson_id, slug):
    enrolment, row = own_lesson(request, code, lesson_id)
    if not _marked(request, services.complete_lesson, enrolment, row):
        return redirect("progress:lesson", code, lesson_id, slug)
    return _onwards(request, enrolment, row)


def _onwards(request, enrolment: Enrolment, row: SyllabusLesson) -> HttpResponse:
    """To the next lesson if it is open to the learner, else to the syllabus."""
    progress = progress_of(enrolment)
    entries = cohort_syllabus(enrolment.cohort, rows=progress.lessons).lessons
    place = next(number for number, entry in enumerate(entries) if entry.id == row.pk)
    after = entries[place + 1] if place + 1 < len(entries) else None
    if after and after.row.module_id not in progress.closed:
        return redirect(after.url)
    if progress.done == progress.total:
        messages.success(request, _("You have done every lesson. Well done!"))
    elif after:
        words = progress.closed[after.row.module_id].words
        messages.info(
            request, _("Well done! The next module is still closed. %(why)s") % {"why": words}
        )
    return redirect("progress:syllabus", enrolment.cohort.code)


@never_cache
@login_required
@require_POST
def reopen(request, code, lesson_id, slug):
    enrolment, row = own_lesson(request, code, lesson_id)
    _marked(request, services.reopen_lesson, enrolment, row)
    return redirect("progress:lesson", code, lesson_id, slug)


@never_cache
@login_required
@require_POST
def visit(request, code, lesson_id, slug):
    """A beacon of the script: where the reader is, and how long the page was seen.

    Answered with nothing; with JSON where the script asks for it, to tell that the lesson is done by now.
    """
    enrolment, row = own_lesson(request, code, lesson_id)
    form = VisitForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=400)
    try:
        if form.beacon:
            seen = services.see_lesson(enrolment=enrolment, lesson=row, beacon=form.beacon)
        else:
            seen = services.visit_lesson(
                enrolment=enrolment, lesson=row, position=form.cleaned_data["position"]
            )
    except DomainError as refusal:
        return JsonResponse({"code": refusal.code}, status=409)
    if by_script(request):
        return JsonResponse({"done": seen.done, "seconds": seen.seen_seconds})
    return HttpResponse(status=204)


@never_cache
@login_required
@require_POST
def check(request, code, lesson_id, slug):
    """A question to try oneself, in a lesson that is done by answering: kept that it was, then told as ever."""
    enrolment, row = own_lesson(request, code, lesson_id)
    form = CheckForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=400)
    block = form.cleaned_data["block"]
    name = f"v-{block}"
    chosen = [choice for choice in request.POST.getlist(name) if choice.isdigit()][:8]
    address = reverse("progress:lesson", args=[code, lesson_id, slug])
    if chosen:
        try:
            services.refuse(enrolment, row)
            reading = read_lesson(enrolment.cohort, lesson_id)
            asked = blocks_of_type(reading.page, "check") if reading else frozenset()
            services.answer_check(enrolment=enrolment, lesson=row, block=block, asked=asked)
        except DomainError as refusal:
            messages.error(request, refusal.message)
            return redirect(address)
    query = urlencode([(name, choice) for choice in chosen])
    return redirect(f"{address}?{query}#verifica-{block}")


def _marked(request, mark: Callable, enrolment: Enrolment, lesson: SyllabusLesson) -> bool:
    """Done or to do again; the next page tells a refusal."""
    try:
        mark(enrolment=enrolment, lesson=lesson)
    except DomainError as refusal:
        messages.error(request, refusal.message)
        return False
    return True
