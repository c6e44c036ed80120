"""The learner's notes: written beside the reflections of a lesson, read together by their writer alone."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from lms.cohorts.models import Cohort, Enrolment
from lms.cohorts.outline import cohort_syllabus
from lms.core.errors import DomainError
from lms.progress import services
from lms.progress.forms import NoteForm
from lms.progress.models import NOTE_LIMIT, Note
from lms.progress.outline import Reading, question_of, read_lesson
from lms.progress.views.access import own_lesson


def room_for_notes(request, enrolment: Enrolment, reading: Reading, slug: str) -> dict[str, dict]:
    """What the reflections' templates need for the reader to write, by block id; asks only where there are any."""
    ids = [
        child["id"]
        for child in reading.page.body.raw_data
        if child["type"] == "reflection" and child.get("id")
    ]
    if not ids:
        return {}
    code = enrolment.cohort.code
    row = reading.entry.row
    kept = {str(note.block): note for note in enrolment.notes.filter(lesson=row)}
    common = {
        "note_action": reverse("progress:note", args=[code, row.lesson_id, slug]),
        "notes_url": reverse("progress:notes", args=[code]),
        "note_limit": NOTE_LIMIT,
        "csrf_token": get_token(request),
    }
    return {
        key: common
        | {
            "note_text": kept[key].text if key in kept else "",
            "note_at": kept[key].updated_at if key in kept else None,
        }
        for key in ids
    }


@never_cache
@login_required
@require_POST
def note(request, code, lesson_id, slug):
    """The reader's words on a reflection: kept as they are written by the script, or with a button."""
    enrolment, row = own_lesson(request, code, lesson_id)
    form = NoteForm(request.POST)
    reading = read_lesson(enrolment.cohort, lesson_id)
    block = form.cleaned_data["block"] if form.is_valid() else None
    question = question_of(reading.page, block) if reading and block else None
    if question is None:
        return HttpResponse(status=400)
    try:
        services.keep_note(
            enrolment=enrolment,
            lesson=row,
            block=block,
            text=form.cleaned_data["text"],
            question=question,
        )
    except DomainError as refusal:
        if _by_script(request):
            return JsonResponse({"detail": refusal.message}, status=409)
        messages.error(request, refusal.message)
    else:
        if _by_script(request):
            return JsonResponse({"kept": bool(form.cleaned_data["text"].strip())})
    address = reverse("progress:lesson", args=[code, lesson_id, slug])
    return redirect(f"{address}#appunto-{block}")


def _by_script(request) -> bool:
    return request.headers.get("Accept", "").startswith("application/json")


@never_cache
@login_required
@require_safe
def notes(request, code):
    """One's own notes of a cohort, also after leaving it; nobody reads another person's."""
    cohort = get_object_or_404(
        Cohort.objects.exclude(opened_at=None).filter(enrolments__user=request.user).distinct(),
        code=code,
    )
    kept: dict[int, list[Note]] = {}
    for row in Note.objects.visible_to(request.user).filter(enrolment__cohort=cohort).in_order():
        kept.setdefault(row.lesson_id, []).append(row)
    context = {
        "cohort": cohort,
        "inside": cohort.enrolments.active().filter(user=request.user).exists(),
        "lessons": [
            {"entry": entry, "notes": kept[entry.id]}
            for entry in cohort_syllabus(cohort).lessons
            if entry.id in kept
        ],
    }
    return render(request, "progress/notes.html", context)
