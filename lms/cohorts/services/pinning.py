"""Pinning: the revision of a lesson is copied by reference, its hash kept, its pictures and files held."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils import timezone
from wagtail.models import Locale, Revision

from cms.models import HubDocument, HubImage
from curriculum.models import Lesson
from lms.accounts.models import User
from lms.cohorts.models import (
    Cohort,
    PinChange,
    PinnedDocument,
    PinnedImage,
    PinnedLesson,
    SyllabusLesson,
    SyllabusVersion,
)
from lms.cohorts.models.syllabus import content_hash, own_revision
from lms.cohorts.summary import contents_of, fingerprint


def pin_locale(rows: Iterable[SyllabusLesson], locale: Locale) -> list[PinnedLesson]:
    """Pin what is published in a language of those lessons that have no version in it yet."""
    lacking = {row.translation_key: row for row in rows}
    pinned = PinnedLesson.objects.filter(syllabus_lesson__in=lacking.values(), locale=locale)
    for key in pinned.values_list("syllabus_lesson__translation_key", flat=True):
        del lacking[key]
    lessons = (
        Lesson.objects.filter(
            translation_key__in=list(lacking), locale=locale, live=True, alias_of=None
        )
        .exclude(live_revision=None)
        .select_related("live_revision")
    )
    pins = []
    for lesson in lessons:
        revision = own_revision(lesson)
        if revision is not None:
            pins.append(pin_revision(lacking[lesson.translation_key], lesson, locale, revision))
    return pins


def pin_revision(
    row: SyllabusLesson, lesson: Lesson, locale: Locale, revision: Revision
) -> PinnedLesson:
    pin = PinnedLesson.objects.create(
        syllabus_lesson=row,
        locale=locale,
        lesson=lesson,
        revision=revision,
        title=revision.content.get("title") or lesson.title,
        content_hash=content_hash(
            revision, locale=locale.language_code, translation_key=str(lesson.translation_key)
        ),
    )
    hold_media(pin)
    return pin


def hold_media(pin: PinnedLesson) -> None:
    """Protect the pictures and files that the pinned version shows; those of older versions stay protected.

    The reference index knows live rows only: without these rows an editor could delete a picture and
    leave a hole in what a running cohort reads, or in what it has read.
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
    _hold(PinnedImage, "image_id", pin, set(present))
    present = HubDocument.objects.filter(pk__in=documents).values_list("pk", flat=True)
    _hold(PinnedDocument, "document_id", pin, set(present))


def _hold(model: Any, field: str, pin: PinnedLesson, shown: set[int]) -> None:
    rows = model.objects.filter(pin=pin)
    known = set(rows.values_list(field, flat=True))
    if known:
        rows.exclude(**{f"{field}__in": shown}).update(current=False)
        rows.filter(**{f"{field}__in": shown}).update(current=True)
    model.objects.bulk_create(model(pin=pin, **{field: pk}) for pk in shown - known)


def record_version(
    cohort: Cohort,
    changes: Iterable[PinChange],
    *,
    by: User | None,
    at: datetime | None = None,
) -> SyllabusVersion:
    """Number the syllabus as it is now and keep what it holds; the cohort's row is locked by the caller."""
    last = SyllabusVersion.objects.filter(cohort=cohort).order_by("-number").first()
    contents = contents_of(cohort)
    version = SyllabusVersion.objects.create(
        cohort=cohort,
        number=last.number + 1 if last else 1,
        at=at or timezone.now(),
        by=by,
        sha256=fingerprint(contents),
        contents=contents,
    )
    for change in changes:
        change.version = version
    PinChange.objects.bulk_create(changes)
    cohort.syllabus_hash = version.sha256
    cohort.save(update_fields=["syllabus_hash", "updated_at"])
    return version
