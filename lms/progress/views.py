"""The lesson player: plain views that render the pinned version, whatever became of the live page.

Reading writes nothing: a visit is recorded by a small POST of the page's script, or with “done”.
Who may not read gets the answer of a lesson that does not exist.
"""

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from wagtail.models import Page

from curriculum.rules import may_read_lessons
from lms.cohorts.models import Cohort, Enrolment, SyllabusLesson
from lms.cohorts.outline import ModuleEntry, cohort_syllabus
from lms.cohorts.rules import may_inspect
from lms.cohorts.summary import errata_of, known_cohorts, version_in_force
from lms.core.errors import DomainError
from lms.progress import services
from lms.progress.forms import NoteForm, VisitForm
from lms.progress.models import NOTE_LIMIT, Note
from lms.progress.outline import Reading, question_of, read_draft, read_lesson
from lms.progress.summary import ProgressSummary, errata_to_read, progress_of


def _inside(request, code: str) -> tuple[Cohort, Enrolment | None]:
    """The cohort and the reader's enrolment; None for its staff, who read without progress."""
    enrolment = (
        Enrolment.objects.active()
        .filter(cohort__code=code, cohort__opened_at__isnull=False, user=request.user)
        .select_related("cohort")
        .first()
    )
    if enrolment:
        return enrolment.cohort, enrolment
    cohort = get_object_or_404(Cohort.objects.exclude(opened_at=None), code=code)
    if not may_inspect(request.user, cohort):
        raise Http404
    return cohort, None


def _own_lesson(request, code: str, lesson_id: int) -> tuple[Enrolment, SyllabusLesson]:
    enrolment = get_object_or_404(
        Enrolment.objects.active().select_related("cohort", "user"),
        cohort__code=code,
        user=request.user,
    )
    lesson = get_object_or_404(SyllabusLesson, cohort=enrolment.cohort_id, lesson=lesson_id)
    return enrolment, lesson


def _with_counts(module: ModuleEntry, progress: ProgressSummary | None) -> dict:
    counts = {m.module.pk: m for m in progress.modules} if progress else {}
    mine = counts.get(module.row.pk)
    words = ""
    if mine:
        words = (
            _("done")
            if mine.complete
            else _("%(done)s of %(total)s")
            % {
                "done": mine.done,
                "total": mine.total,
            }
        )
    return {
        "number": module.number,
        "title": module.title,
        "lessons": module.lessons,
        "words": words,
        "percent": mine.done * 100 // mine.total if mine else 0,
    }


@never_cache
@login_required
@require_safe
def syllabus(request, code):
    cohort, enrolment = _inside(request, code)
    outline = cohort_syllabus(cohort)
    progress = progress_of(enrolment) if enrolment else None
    entries = {entry.id: entry for entry in outline.lessons}
    context = {
        "cohort": cohort,
        "modules": [_with_counts(module, progress) for module in outline.modules],
        "progress": progress,
        "done_ids": progress.completed if progress else {},
        "resume": entries.get(progress.resume.pk) if progress and progress.resume else None,
        "errata": errata_to_read(errata_of(cohort), outline, progress.opened if progress else {}),
        "version": version_in_force(cohort),
    }
    return render(request, "progress/syllabus.html", context)


@never_cache
@login_required
@require_safe
def lesson(request, code, lesson_id, slug):
    cohort, enrolment = _inside(request, code)
    reading = read_lesson(cohort, lesson_id)
    if reading is None:
        raise Http404
    rows = {row.lesson_id: row for row in enrolment.lesson_progress.all()} if enrolment else {}
    done = {key for key, row in rows.items() if row.done}
    row = rows.get(reading.entry.id)
    writing = _writing(request, enrolment, reading, slug) if enrolment else {}
    in_module = sum(entry.id in done for entry in reading.module.lessons)
    errata = errata_of(cohort)
    opened = {key: mine.last_opened_at for key, mine in rows.items()}
    context = {
        "cohort": cohort,
        "reading": reading,
        "lesson": reading.page,
        "enrolment": enrolment,
        "done_ids": done,
        "module_done": in_module,
        "module_percent": in_module * 100 // len(reading.module.lessons),
        "done": bool(row and row.done),
        "notices": [change for change in errata if change.pin_id in reading.pin_ids],
        "errata": errata_to_read(errata, reading.syllabus, opened),
        "version": version_in_force(cohort),
        "position": row.position if row and not row.done else 0,
        "language": (get_language() or "it")[:2],
        "address": {"slug": slug},
        "more": writing,
    }
    return render(request, "progress/lesson.html", context)


def _writing(request, enrolment: Enrolment, reading: Reading, slug: str) -> dict[str, dict]:
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


def preview(request, draft, code, language):
    """An author's draft in the learners' frame; asked by the admin (`registries.lesson_previewer`), without an address."""
    if not request.user.is_authenticated:
        raise Http404
    cohort = get_object_or_404(known_cohorts(request.user), code=code)
    if cohort.course.translation_key != _course_key(draft) or not may_read_lessons(request.user):
        raise Http404
    if language not in dict(settings.LANGUAGES):
        raise Http404
    with translation.override(language):
        reading = read_draft(cohort, draft, language)
        context = {
            "cohort": cohort,
            "reading": reading,
            "lesson": reading.page,
            "enrolment": None,
            "preview": True,
            "done_ids": set(),
            "module_done": 0,
            "module_percent": 0,
            "language": language,
        }
        return render(request, "progress/lesson.html", context)


def _course_key(lesson):
    path = lesson.path[: Page.steplen * 4]
    return Page.objects.filter(path=path).values_list("translation_key", flat=True).first()


def _marked(request, mark: Callable, enrolment: Enrolment, lesson: SyllabusLesson) -> bool:
    """Done or to do again; the next page tells a refusal."""
    try:
        mark(enrolment=enrolment, lesson=lesson)
    except DomainError as refusal:
        messages.error(request, refusal.message)
        return False
    return True


@never_cache
@login_required
@require_POST
def complete(request, code, lesson_id, slug):
    enrolment, row = _own_lesson(request, code, lesson_id)
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
    enrolment, row = _own_lesson(request, code, lesson_id)
    _marked(request, services.reopen_lesson, enrolment, row)
    return redirect("progress:lesson", code, lesson_id, slug)


@never_cache
@login_required
@require_POST
def visit(request, code, lesson_id, slug):
    """The script's note of where the reader is: answered with nothing, read or not."""
    enrolment, row = _own_lesson(request, code, lesson_id)
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


@never_cache
@login_required
@require_POST
def note(request, code, lesson_id, slug):
    """The reader's words on a reflection: kept as they are written by the script, or with a button."""
    enrolment, row = _own_lesson(request, code, lesson_id)
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
