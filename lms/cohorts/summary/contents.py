"""What a version of a syllabus contains, as plain facts, its hash, and whether both still hold."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from wagtail.models import Revision

from lms.cohorts.models import (
    Cohort,
    PinChange,
    PinnedLesson,
    SyllabusLesson,
    SyllabusVersion,
)
from lms.cohorts.models.syllabus import canonical


@dataclass(frozen=True, slots=True)
class SyllabusFault:
    """The first thing that does not hold: `version` is its number (0 for the cohort as a whole)."""

    version: int
    where: str  # "1.2 Titolo (it)", "" where it is no lesson
    problem: str

    def __str__(self) -> str:
        return ": ".join(filter(None, (self.where, self.problem)))


def contents_of(cohort: Cohort) -> list[dict[str, Any]]:
    """One entry for each lesson in teaching order: its module, its key, the hash of each language; 3 queries."""
    return [_entry(row) for row in _rows(cohort)]


def fingerprint(contents: object) -> str:
    """SHA-256 of the contents in their canonical form."""
    return hashlib.sha256(canonical(contents)).hexdigest()


def check_cohort(cohort: Cohort) -> SyllabusFault | None:
    """Recompute everything from the stored pins; the first lesson that differs, None if all holds.

    Four questions: has every version the hash of what it says; is what is pinned today the last of them;
    is each revision that was ever pinned still the text that was hashed; does the chain of changes hold.
    """
    versions = list(SyllabusVersion.objects.filter(cohort=cohort).order_by("number"))
    if not versions:
        return SyllabusFault(0, "", _("The cohort was opened and has no version of its syllabus."))
    for place, version in enumerate(versions, start=1):
        if version.number != place:
            return SyllabusFault(version.number, "", _("A version is missing before this one."))
    rows = list(_rows(cohort))
    last = versions[-1]
    fault = _pins_fault(rows, last.number) or _difference(rows, last)
    if fault:
        return fault
    if cohort.syllabus_hash != last.sha256:
        return SyllabusFault(
            last.number, "", _("The cohort cites another hash than that of its last version.")
        )
    for version in versions:
        if fingerprint(version.contents) != version.sha256:
            return SyllabusFault(
                version.number, "", _("What is written of this version does not give its hash.")
            )
    return _history_fault(versions)


def _rows(cohort: Cohort) -> Iterable[SyllabusLesson]:
    return (
        SyllabusLesson.objects.filter(cohort=cohort)
        .select_related("module")
        .prefetch_related("pins__locale")
        .order_by("module__position", "position")
    )


def _entry(row: SyllabusLesson) -> dict[str, Any]:
    return {
        "module": str(row.module.translation_key),
        "titles": row.module.titles,
        "minutes": row.module.minutes,
        "lesson": str(row.translation_key),
        "required": row.required,
        "pins": {pin.locale.language_code: pin.content_hash for pin in row.pins.all()},
    }


def _place(row: SyllabusLesson, pin: PinnedLesson | None = None) -> str:
    pins = list(row.pins.all())
    named = pin or next((p for p in pins if p.locale.language_code == "it"), None)
    place = f"{row.module.position}.{row.position} {named.title if named else ''}".strip()
    return f"{place} ({pin.locale.language_code})" if pin else place


def _pins_fault(rows: Iterable[SyllabusLesson], number: int) -> SyllabusFault | None:
    """The first pin whose revision is no longer the text that was hashed; one revision at a time in memory."""
    where = {pin.pk: (row, pin) for row in rows for pin in row.pins.all()}
    for pin in _with_revisions(where):
        row, known = where[pin.pk]
        if pin.hash_of(pin.revision) != pin.content_hash:
            return SyllabusFault(
                number, _place(row, known), _("the text is not the one that was pinned.")
            )
    return None


def _with_revisions(pks: Iterable[int]) -> Iterator[PinnedLesson]:
    pins = (
        PinnedLesson.objects.filter(pk__in=list(pks))
        .select_related("revision", "locale", "lesson")
        .defer("lesson__body")
        .order_by("syllabus_lesson__module__position", "syllabus_lesson__position", "locale__pk")
    )
    return pins.iterator(chunk_size=50)


def _difference(rows: list[SyllabusLesson], version: SyllabusVersion) -> SyllabusFault | None:
    written = version.contents
    for place, row in enumerate(rows):
        if place >= len(written) or _entry(row) != written[place]:
            return SyllabusFault(
                version.number, _place(row), _("the lesson differs from what this version says.")
            )
    if len(written) > len(rows):
        return SyllabusFault(
            version.number,
            "",
            _("Lesson %(number)s of this version is no longer in the syllabus.")
            % {"number": len(rows) + 1},
        )
    return None


def _history_fault(versions: list[SyllabusVersion]) -> SyllabusFault | None:
    """Each change leads from what the version before says of the lesson to what its own version says."""
    says: list[dict[tuple[str, str], str]] = [{}]
    for version in versions:
        said = {
            (entry["lesson"], language): sha
            for entry in version.contents
            for language, sha in entry["pins"].items()
        }
        says.append(said)
    changes = (
        PinChange.objects.filter(version__in=[version.pk for version in versions])
        .select_related(
            "version", "pin__locale", "pin__lesson", "pin__syllabus_lesson__module",
            "old_revision", "new_revision",
        )
        .defer("version__contents", "pin__lesson__body")
        .order_by("version__number", "pk")
    )  # fmt: skip
    for change in changes.iterator(chunk_size=50):
        pin, number = change.pin, change.version.number
        key = (str(pin.syllabus_lesson.translation_key), pin.locale.language_code)
        before = _hash(pin, change.old_revision)
        if says[number - 1].get(key) != before or says[number].get(key) != _hash(
            pin, change.new_revision
        ):
            return SyllabusFault(
                number,
                _place(pin.syllabus_lesson, pin),
                _("the texts kept of this change are not those that the versions cite."),
            )
    return None


def _hash(pin: PinnedLesson, revision: Revision | None) -> str | None:
    return pin.hash_of(revision) if revision else None
