"""Opening a cohort: the course's policy, titles and lesson versions are copied and stay."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log
from wagtail.models import Locale

from curriculum.models import Course, Lesson, Module
from curriculum.outline import CourseOutline, course_outline
from lms.accounts.models import User
from lms.cohorts.models import Cohort, PinChange, SyllabusLesson, SyllabusModule
from lms.cohorts.models.syllabus import own_revision
from lms.cohorts.services.pinning import pin_locale, record_version
from lms.cohorts.services.planning import lay_draft_plan
from lms.core.errors import DomainError


def open_cohort(*, cohort: Cohort, by: User | None, at: datetime | None = None) -> Cohort:
    """Copy the course's titles and syllabus to the cohort and announce it; again changes nothing.

    Each lesson is pinned at its live revision, in every language in which it is published. A course
    without lessons, or a lesson without a live revision, is refused: there would be nothing to keep. What
    was planned while the cohort was a draft becomes its sessions.
    """
    if cohort.opened_at:
        return cohort
    if cohort.cancelled_at:
        raise DomainError(_("This cohort was cancelled."), "cohort_cancelled")
    course = cohort.course.specific
    outline = course_outline(course)
    if not outline.lessons:
        raise DomainError(_("The course has no published lesson yet."), "no_lessons")
    for lesson in outline.lessons:
        _refuse_without_revision(lesson.page)
    with transaction.atomic():
        cohort = Cohort.objects.select_for_update().get(pk=cohort.pk)
        if cohort.opened_at:
            return cohort
        cohort.titles = titles_of(Course, [course.translation_key]).get(course.translation_key, {})
        _copy_syllabus(cohort, outline)
        for locale in Locale.objects.all():
            pin_locale(cohort.lessons.all(), locale)
        cohort.opened_at = at or timezone.now()
        cohort.opened_by = by
        cohort.save()
        record_version(cohort, [], by=by, at=cohort.opened_at)
        laid = lay_draft_plan(cohort, by)
        data = {"syllabus": cohort.syllabus_hash, "sessions": laid}
        log(cohort, "cohorts.open", user=by, data=data)
    return cohort


def pin_language(
    *, cohort: Cohort, locale: Locale, by: User | None, at: datetime | None = None
) -> int:
    """Add the versions of a language that was published after the opening; never swaps one. Returns how many.

    What is added makes a new version of the syllabus.
    """
    with transaction.atomic():
        cohort = Cohort.objects.select_for_update().get(pk=cohort.pk)
        added = pin_locale(cohort.lessons.all(), locale)
        if added:
            changes = [PinChange(pin=pin, new_revision=pin.revision) for pin in added]
            record_version(cohort, changes, by=by, at=at)
            log(cohort, "cohorts.pin_language", user=by, data={"locale": locale.language_code})
    return len(added)


def cancel_cohort(
    *, cohort: Cohort, reason: str, by: User | None, at: datetime | None = None
) -> Cohort:
    """Call the cohort off, with its reason; again changes nothing."""
    with transaction.atomic():
        cohort = Cohort.objects.select_for_update().get(pk=cohort.pk)
        if not cohort.cancelled_at:
            cohort.cancelled_at = at or timezone.now()
            cohort.cancel_reason = reason
            cohort.save(update_fields=["cancelled_at", "cancel_reason", "updated_at"])
            log(cohort, "cohorts.cancel", user=by, data={"reason": reason})
    return cohort


def _refuse_without_revision(lesson: Lesson) -> None:
    if own_revision(lesson) is None:
        raise DomainError(
            _("The lesson “%(title)s” has no published version: publish it again first.")
            % {"title": lesson.title},
            "lesson_without_version",
        )


def titles_of(model: Any, keys: Iterable) -> dict:
    """Live titles by translation key and language code, in one query."""
    titles: dict = {}
    rows = model.objects.filter(translation_key__in=list(keys), alias_of=None).values_list(
        "translation_key", "locale__language_code", "title", "live"
    )
    for key, language, title, live in rows:
        if live or language == "it":
            titles.setdefault(key, {})[language] = title
    return titles


def _copy_syllabus(cohort: Cohort, outline: CourseOutline) -> None:
    titles = titles_of(Module, [module.translation_key for module in outline.modules])
    for number, module in enumerate(outline.modules, start=1):
        row = SyllabusModule.objects.create(
            cohort=cohort,
            position=number,
            translation_key=module.translation_key,
            titles=titles[module.translation_key],
            minutes=module.minutes,
        )
        SyllabusLesson.objects.bulk_create(
            SyllabusLesson(
                cohort=cohort,
                module=row,
                position=position,
                lesson=lesson.page,
                translation_key=lesson.translation_key,
                required=lesson.required,
                minutes=lesson.minutes,
                completion=lesson.completion,
            )
            for position, lesson in enumerate(module.lessons, start=1)
        )
