"""The syllabus and one lesson of it, as learners and staff read them, and as an author previews a draft."""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from curriculum.languages import course_above
from curriculum.rules import may_read_lessons
from lms.cohorts.outline import ModuleEntry, cohort_syllabus
from lms.cohorts.summary import errata_of, known_cohorts, version_in_force
from lms.progress.outline import read_draft, read_lesson
from lms.progress.summary import ProgressSummary, errata_to_read, progress_of
from lms.progress.views.access import inside
from lms.progress.views.notebook import room_for_notes


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
    cohort, enrolment = inside(request, code)
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
    cohort, enrolment = inside(request, code)
    reading = read_lesson(cohort, lesson_id)
    if reading is None:
        raise Http404
    rows = {row.lesson_id: row for row in enrolment.lesson_progress.all()} if enrolment else {}
    done = {key for key, row in rows.items() if row.done}
    row = rows.get(reading.entry.id)
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
        "more": room_for_notes(request, enrolment, reading, slug) if enrolment else {},
    }
    return render(request, "progress/lesson.html", context)


def preview(request, draft, code, language):
    """An author's draft in the learners' frame; asked by the admin (`registries.lesson_previewer`), without an address."""
    if not request.user.is_authenticated:
        raise Http404
    cohort = get_object_or_404(known_cohorts(request.user), code=code)
    of_its_course = cohort.course.translation_key == course_above(draft).translation_key
    if not of_its_course or not may_read_lessons(request.user):
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
