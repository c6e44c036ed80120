"""Opening a cohort: the course's policy, titles and lesson versions are copied and stay."""

import hashlib
import json
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log
from wagtail.models import Locale, Revision

from cms.models import HubDocument, HubImage
from curriculum.models import Course, Lesson, Module
from curriculum.outline import CourseOutline, course_outline
from lms.accounts.models import User
from lms.cohorts.models import (
    Cohort,
    CohortStaff,
    PinnedDocument,
    PinnedImage,
    PinnedLesson,
    SyllabusLesson,
    SyllabusModule,
)
from lms.core.errors import DomainError

# What a version is judged by: a stream migration that rewrites revisions must not be able to alter the
# hash of what was taught, nor a field that no learner sees.
HASHED_FIELDS = ("title", "slug", "seo_title", "search_description", "summary")


def open_cohort(*, cohort: Cohort, by: User | None, at: datetime | None = None) -> Cohort:
    """Copy the course's titles and syllabus to the cohort and announce it; again changes nothing.

    Each lesson is pinned at its live revision, in every language in which it is published. A course
    without lessons, or a lesson without a live revision, is refused: there would be nothing to keep.
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
        cohort.titles = _titles(Course, [course.translation_key]).get(course.translation_key, {})
        _copy_syllabus(cohort, outline)
        for locale in Locale.objects.all():
            _pin_locale(cohort, locale)
        cohort.syllabus_hash = _syllabus_hash(cohort)
        cohort.opened_at = at or timezone.now()
        cohort.opened_by = by
        cohort.save()
        log(cohort, "cohorts.open", user=by, data={"syllabus": cohort.syllabus_hash})
    return cohort


def pin_language(*, cohort: Cohort, locale: Locale, by: User | None) -> int:
    """Add the versions of a language that was published after the opening; never swaps one. Returns how many."""
    with transaction.atomic():
        cohort = Cohort.objects.select_for_update().get(pk=cohort.pk)
        added = _pin_locale(cohort, locale)
        if added:
            log(cohort, "cohorts.pin_language", user=by, data={"locale": locale.language_code})
    return added


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


def assign_staff(
    *, cohort: Cohort, user: User, function: str, by: User | None, until: date | None = None
) -> CohortStaff:
    """Give a person a function in the cohort (`choices.StaffFunction`), until a day or for good."""
    with transaction.atomic():
        row, _made = CohortStaff.objects.update_or_create(
            cohort=cohort, user=user, function=function, defaults={"until": until}
        )
        log(
            cohort,
            "cohorts.assign_staff",
            user=by,
            data={"user": user.pk, "function": function, "until": until and until.isoformat()},
        )
    return row


def content_hash(revision: Revision, *, locale: str, translation_key: str) -> str:
    """SHA-256 of what a learner reads in a revision: titles, summary, body, language, key."""
    content = revision.content
    body = content.get("body") or "[]"
    facts = {name: content.get(name) or "" for name in HASHED_FIELDS}
    facts |= {
        "body": json.loads(body) if isinstance(body, str) else body,
        "locale": locale,
        "translation_key": str(translation_key),
    }
    return hashlib.sha256(_canonical(facts)).hexdigest()


def _canonical(facts: object) -> bytes:
    return json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _own_revision(lesson: Lesson) -> Revision | None:
    """The published version; an alias's belongs to its source: pinning it would pin another page."""
    revision = lesson.live_revision
    return revision if revision and revision.object_id == str(lesson.pk) else None


def _refuse_without_revision(lesson: Lesson) -> None:
    if _own_revision(lesson) is None:
        raise DomainError(
            _("The lesson “%(title)s” has no published version: publish it again first.")
            % {"title": lesson.title},
            "lesson_without_version",
        )


def _titles(model: Any, keys: Iterable) -> dict:
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
    titles = _titles(Module, [module.translation_key for module in outline.modules])
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
            )
            for position, lesson in enumerate(module.lessons, start=1)
        )


def _pin_locale(cohort: Cohort, locale: Locale) -> int:
    rows = {row.translation_key: row for row in cohort.lessons.exclude(pins__locale=locale)}
    lessons = (
        Lesson.objects.filter(
            translation_key__in=list(rows), locale=locale, live=True, alias_of=None
        )
        .exclude(live_revision=None)
        .select_related("live_revision")
    )
    added = 0
    for lesson in lessons:
        revision = _own_revision(lesson)
        if revision is None:
            continue
        pin = PinnedLesson.objects.create(
            syllabus_lesson=rows[lesson.translation_key],
            locale=locale,
            lesson=lesson,
            revision=revision,
            title=revision.content.get("title") or lesson.title,
            content_hash=content_hash(
                revision,
                locale=locale.language_code,
                translation_key=str(lesson.translation_key),
            ),
        )
        _pin_media(pin)
        added += 1
    return added


def _pin_media(pin: PinnedLesson) -> None:
    """Protect the pictures and files that the pinned version shows.

    The reference index knows live rows only: without these rows an editor could delete a picture and
    leave a hole in what a running cohort reads.
    """
    page = pin.lesson.with_content_json(pin.revision.content)
    images, documents = set(), set()
    for model, object_id, *_rest in Lesson._meta.get_field("body").extract_references(page.body):
        if issubclass(model, HubImage):
            images.add(int(object_id))
        elif issubclass(model, HubDocument):
            documents.add(int(object_id))
    # A picture that is gone already cannot be kept: the reader sees the block without it.
    present = HubImage.objects.filter(pk__in=images).values_list("pk", flat=True)
    PinnedImage.objects.bulk_create(PinnedImage(pin=pin, image_id=pk) for pk in present)
    present = HubDocument.objects.filter(pk__in=documents).values_list("pk", flat=True)
    PinnedDocument.objects.bulk_create(PinnedDocument(pin=pin, document_id=pk) for pk in present)


def _syllabus_hash(cohort: Cohort) -> str:
    rows = cohort.lessons.select_related("module").prefetch_related("pins__locale")
    facts = [
        {
            "module": str(row.module.translation_key),
            "titles": row.module.titles,
            "minutes": row.module.minutes,
            "lesson": str(row.translation_key),
            "required": row.required,
            "pins": {pin.locale.language_code: pin.content_hash for pin in row.pins.all()},
        }
        for row in rows
    ]
    return hashlib.sha256(_canonical(facts)).hexdigest()
