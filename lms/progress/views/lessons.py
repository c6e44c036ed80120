"""The syllabus and one lesson of it, as learners and staff read them, and as an author previews a draft."""

from collections.abc import Iterable

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from curriculum.choices import Completion
from curriculum.languages import course_above
from curriculum.rules import may_read_lessons
from lms.cohorts.models import Enrolment
from lms.cohorts.outline import ModuleEntry, cohort_syllabus
from lms.cohorts.rules import Closed, may_inspect, may_teach
from lms.cohorts.summary import errata_of, known_cohorts, version_in_force
from lms.progress.models import LessonProgress
from lms.progress.outline import Reading, read_draft, read_lesson
from lms.progress.summary import (
    ProgressSummary,
    closed_modules,
    errata_to_read,
    progress_of,
)
from lms.progress.views.access import inside
from lms.progress.views.marks import marks_of
from lms.progress.views.notebook import room_for_notes
from lms.progress.views.ways import way_to_done


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
        "closed": progress.closed.get(module.row.pk) if progress else None,
        "released": module.row if not progress else None,
    }


@never_cache
@login_required
@require_safe
def syllabus(request, code):
    cohort, enrolment = inside(request, code)
    outline = cohort_syllabus(cohort)
    progress = progress_of(enrolment) if enrolment else None
    if progress and progress.closed and may_inspect(request.user, cohort):
        enrolment, progress = None, None
    entries = {entry.id: entry for entry in outline.lessons}
    context = {
        "cohort": cohort,
        "modules": [_with_counts(module, progress) for module in outline.modules],
        "progress": progress,
        "done_ids": progress.completed if progress else {},
        "resume": entries.get(progress.resume.pk) if progress and progress.resume else None,
        "errata": errata_to_read(errata_of(cohort), outline, progress.opened if progress else {}),
        "version": version_in_force(cohort),
        "teaching": enrolment is None and may_teach(request.user, cohort),
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
    closed = _closed(enrolment, reading, rows.values()) if enrolment else {}
    if reading.module.row.pk in closed:
        if not may_inspect(request.user, cohort):
            return _closed_page(request, reading, closed)
        # Staff who are also enrolled read everything, as staff.
        enrolment, rows, closed = None, {}, {}
    done = {key for key, row in rows.items() if row.done}
    errata = errata_of(cohort)
    opened = {key: mine.last_opened_at for key, mine in rows.items()}
    context = {
        "cohort": cohort,
        "reading": reading,
        "lesson": reading.page,
        "enrolment": enrolment,
        "done_ids": done,
        "closed": closed,
        "teaching": enrolment is None and may_teach(request.user, cohort),
        "notices": [change for change in errata if change.pin_id in reading.pin_ids],
        "errata": errata_to_read(errata, reading.syllabus, opened),
        "version": version_in_force(cohort),
        "language": (get_language() or "it")[:2],
        "address": {"slug": slug},
        "more": {},
        **_module_meter(reading, done),
    }
    if enrolment:
        context |= _own(request, enrolment, reading, rows.get(reading.entry.id), slug)
    return render(request, "progress/lesson.html", context)


def _closed(
    enrolment: Enrolment, reading: Reading, rows: Iterable[LessonProgress]
) -> dict[int, Closed]:
    lessons = [entry.row for entry in reading.syllabus.lessons]
    return closed_modules(enrolment, lessons, rows)


def _closed_page(request, reading: Reading, closed: dict[int, Closed]):
    """When and why the module opens, and nothing of what its lessons say."""
    context = {
        "cohort": reading.syllabus.cohort,
        "module": reading.module,
        "entry": reading.entry,
        "closed": closed[reading.module.row.pk],
    }
    return render(request, "progress/closed.html", context)


def _module_meter(reading: Reading, done: set[int]) -> dict:
    in_module = sum(entry.id in done for entry in reading.module.lessons)
    return {
        "module_done": in_module,
        "module_percent": in_module * 100 // len(reading.module.lessons),
    }


def _own(
    request, enrolment: Enrolment, reading: Reading, row: LessonProgress | None, slug: str
) -> dict:
    """What the page holds of the learner's own: place, time, way to done, notes, highlights, bookmark."""
    way = way_to_done(enrolment, reading, row)
    more = room_for_notes(request, enrolment, reading, slug)
    if way.kind == Completion.CHECKS:
        action = reverse(
            "progress:check", args=[enrolment.cohort.code, reading.entry.row.lesson_id, slug]
        )
        for block in way.asked:
            more[str(block)] = {"check_action": action, "csrf_token": get_token(request)}
    done = bool(row and row.done)
    left = row if row and not row.done else None
    return {
        "done": done,
        "marked_by_instructor": done and row and row.how == Completion.INSTRUCTOR,
        "position": left.position if left else 0,
        "place": left.place if left else None,
        "place_position": left.place_position if left else 0,
        "seen_minutes": row.seen_minutes if row else 0,
        "seen_seconds": row.seen_seconds if row else 0,
        "way": way,
        "more": more,
        "bookmarked": enrolment.bookmarks.filter(lesson=reading.entry.row).exists(),
        **{"mine": marks_of(enrolment, reading, slug)},
    }


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
            "more": {},
        }
        return render(request, "progress/lesson.html", context)
