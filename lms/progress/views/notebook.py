"""The learner's notes: written beside the reflections of a lesson, read together by their writer alone."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from curriculum.choices import Completion
from lms.cohorts.models import Cohort, Enrolment
from lms.cohorts.rules import modules_closed_to
from lms.core.errors import DomainError
from lms.progress import services
from lms.progress.forms import NoteForm
from lms.progress.models import NOTE_LIMIT, REMARK_LIMIT
from lms.progress.outline import (
    Reading,
    as_data,
    as_markdown,
    blocks_of_type,
    notebook_of,
    question_of,
    read_lesson,
)
from lms.progress.views.access import by_script, own_lesson


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
            asked=blocks_of_type(reading.page, "reflection"),
        )
    except DomainError as refusal:
        if by_script(request):
            return JsonResponse({"detail": refusal.message}, status=409)
        messages.error(request, refusal.message)
    else:
        if by_script(request):
            said = {"kept": bool(form.cleaned_data["text"].strip())}
            if row.completion == Completion.REFLECTIONS:
                said["way"] = True  # the lesson's way to done may look different now
            return JsonResponse(said)
    address = reverse("progress:lesson", args=[code, lesson_id, slug])
    return redirect(f"{address}#appunto-{block}")


@never_cache
@login_required
@require_safe
def notes(request, code):
    """One's own notes, highlights and bookmarks of a cohort, also after leaving it; nobody reads another person's."""
    cohort = _once_mine(request, code)
    enrolment = cohort.enrolments.active().filter(user=request.user).first()
    closed = modules_closed_to([enrolment]).get(enrolment.pk, {}) if enrolment else {}
    context = {
        "cohort": cohort,
        "inside": enrolment is not None,
        "closed": closed,
        "notebook": notebook_of(request.user, cohort),
        "remark_limit": REMARK_LIMIT,
    }
    return render(request, "progress/notes.html", context)


@never_cache
@login_required
@require_safe
def take_notes(request, code, form):
    """The same to take away, as Markdown or as JSON."""
    if form not in ("md", "json"):
        raise Http404
    cohort = _once_mine(request, code)
    notebook = notebook_of(request.user, cohort)
    if form == "md":
        answer = HttpResponse(as_markdown(notebook), content_type="text/markdown; charset=utf-8")
    else:
        answer = JsonResponse(
            as_data(notebook, settings.SITE_URL),
            json_dumps_params={"ensure_ascii": False, "indent": 2},
        )
    answer["Content-Disposition"] = f'attachment; filename="{_("notes")}-{cohort.code}.{form}"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _once_mine(request, code: str) -> Cohort:
    mine = Cohort.objects.exclude(opened_at=None).filter(enrolments__user=request.user)
    return get_object_or_404(mine.distinct(), code=code)
