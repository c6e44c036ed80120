"""What a learner does with a lesson: leaves it at a point, says that it is done, takes it up again."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from lms.cohorts.models import Enrolment, SyllabusLesson
from lms.cohorts.outline import cohort_syllabus
from lms.core.errors import DomainError
from lms.progress import services
from lms.progress.forms import VisitForm
from lms.progress.summary import progress_of
from lms.progress.views.access import own_lesson


@never_cache
@login_required
@require_POST
def complete(request, code, lesson_id, slug):
    enrolment, row = own_lesson(request, code, lesson_id)
    if not _marked(request, services.complete_lesson, enrolment, row):
        return redirect("progress:lesson", code, lesson_id, slug)
    entries = cohort_syllabus(enrolment.cohort).lessons
    place = next(number for number, entry in enumerate(entries) if entry.id == row.pk)
    if place + 1 < len(entries):
        return redirect(entries[place + 1].url)
    if progress_of(enrolment).resume is None:
        messages.success(request, _("You have done every lesson. Well done!"))
    return redirect("progress:syllabus", code)


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
    """The script's note of where the reader is: answered with nothing, read or not."""
    enrolment, row = own_lesson(request, code, lesson_id)
    form = VisitForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=400)
    try:
        services.visit_lesson(
            enrolment=enrolment, lesson=row, position=form.cleaned_data["position"]
        )
    except DomainError:
        return HttpResponse(status=409)
    return HttpResponse(status=204)


def _marked(request, mark: Callable, enrolment: Enrolment, lesson: SyllabusLesson) -> bool:
    """Done or to do again; the next page tells a refusal."""
    try:
        mark(enrolment=enrolment, lesson=lesson)
    except DomainError as refusal:
        messages.error(request, refusal.message)
        return False
    return True
