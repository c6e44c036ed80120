"""Which lessons of a cohort have a newer published version, and what the course got since it opened."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import F, Q
from wagtail.models import PageLogEntry, Revision, TaskState

from curriculum.models import Lesson
from curriculum.outline import course_outline
from lms.accounts.models import User
from lms.cohorts.models import Cohort, PinChange, PinnedLesson, SyllabusLesson, SyllabusVersion
from lms.cohorts.models.syllabus import own_revision
from lms.cohorts.summary.difference import Digest, digest_of


@dataclass(frozen=True, slots=True)
class Publication:
    """Of a published revision: when and by whom it was published, who approved it and when; "" if unknown."""

    at: datetime.datetime | None
    by: str = ""
    reviewer: str = ""
    reviewed_at: datetime.datetime | None = None


@dataclass(frozen=True, slots=True)
class PinRow:
    """A lesson in one language that the cohort reads, beside what is published: `digest` None if it is the same."""

    pin: PinnedLesson
    number: str  # "3.2"
    language: str
    newer: Revision | None = None
    digest: Digest | None = None
    publication: Publication | None = None
    gone: bool = False  # no longer published

    @property
    def token(self) -> str:
        """What a form says of the choice: page, revision read now, revision to bring in."""
        return f"{self.pin.lesson_id}-{self.pin.revision_id}-{self.newer.pk if self.newer else 0}"


@dataclass(frozen=True, slots=True)
class NewLesson:
    """A published page that the cohort does not have: a lesson, or (`number`) a translation of one it has.

    `revision` is None for a page without a version of its own: it must be published again first.
    """

    page: Lesson
    language: str
    revision: Revision | None
    module: str = ""
    new_module: bool = False
    number: str = ""
    required: bool = True
    publication: Publication | None = None

    @property
    def token(self) -> str:
        return f"{self.page.pk}-0-{self.revision.pk if self.revision else 0}"


@dataclass(frozen=True, slots=True)
class VersionsBoard:
    """A cohort's lessons against what is published; `versions` the newest first."""

    cohort: Cohort
    newer: tuple[PinRow, ...]
    fresh: tuple[NewLesson, ...]
    gone: tuple[PinRow, ...]
    same: int
    versions: tuple[SyllabusVersion, ...]
    changes: dict[int, tuple[PinChange, ...]]  # by version

    @property
    def current(self) -> SyllabusVersion | None:
        return self.versions[0] if self.versions else None

    @property
    def offered(self) -> list[PinRow | NewLesson]:
        return [*self.newer, *(row for row in self.fresh if row.revision)]


def versions_board(cohort: Cohort) -> VersionsBoard:
    """The whole page: 11 queries whatever the number of lessons, of versions and of changes."""
    rows = list(
        SyllabusLesson.objects.filter(cohort=cohort)
        .select_related("module")
        .order_by("module__position", "position")
    )
    pins = list(_pins(Q(syllabus_lesson__cohort=cohort)))
    newer = _newer(pins)
    gone = tuple(_row(pin, gone=True) for pin in pins if not pin.lesson.live)
    versions, changes = _versions(cohort)
    fresh = _fresh(cohort, rows, pins)
    published = _publications(
        [row.newer for row in newer if row.newer] + [row.revision for row in fresh if row.revision]
    )
    return VersionsBoard(
        cohort=cohort,
        newer=tuple(_with_publication(row, published) for row in newer),
        fresh=tuple(_with_publication(row, published) for row in fresh),
        gone=gone,
        same=len(pins) - len(newer) - len(gone),
        versions=versions,
        changes=changes,
    )


def pin_row(cohort: Cohort, pin_id: int) -> PinRow | None:
    """One pin of the cohort with what is published of it; None if the cohort has no such pin."""
    pin = _pins(Q(syllabus_lesson__cohort=cohort, pk=pin_id)).select_related("revision").first()
    if pin is None:
        return None
    found = _newer([pin])
    if not found:
        return _row(pin, gone=not pin.lesson.live)
    row = found[0]
    return _with_publication(row, _publications([row.newer] if row.newer else []))


def waiting_versions(cohorts: Iterable[Cohort]) -> dict[int, int]:
    """{cohort id: how many of its lessons have a newer published version}; 2 queries for any number of cohorts.

    A lesson published again without any change does not count.
    """
    counts = {cohort.pk: 0 for cohort in cohorts}
    pins = list(_pins(Q(syllabus_lesson__cohort__in=list(counts)), published_since=True))
    for row in _newer(pins):
        counts[row.pin.syllabus_lesson.cohort_id] += 1
    return counts


def version_in_force(cohort: Cohort) -> SyllabusVersion | None:
    """The last version of the cohort's syllabus, without its contents; None before the opening; one query."""
    return (
        SyllabusVersion.objects.filter(cohort=cohort).defer("contents").order_by("-number").first()
    )


def _pins(condition: Q, *, published_since: bool = False) -> Any:
    pins = (
        PinnedLesson.objects.filter(condition)
        .select_related("syllabus_lesson__module", "locale", "lesson")
        .defer("lesson__body")
        .order_by("syllabus_lesson__module__position", "syllabus_lesson__position", "locale__pk")
    )
    if published_since:
        pins = pins.filter(lesson__live=True).exclude(lesson__live_revision=F("revision"))
    return pins


def _newer(pins: Iterable[PinnedLesson]) -> list[PinRow]:
    """Those whose page has another live version, of its own and with another text: one query."""
    stale = [
        pin
        for pin in pins
        if pin.lesson.live
        and not pin.lesson.alias_of_id
        and pin.lesson.live_revision_id not in (None, pin.revision_id)
    ]
    wanted = {pk for pin in stale for pk in (pin.revision_id, pin.lesson.live_revision_id)}
    revisions = {row.pk: row for row in Revision.objects.filter(pk__in=wanted)}
    rows = []
    for pin in stale:
        revision = revisions.get(pin.lesson.live_revision_id)
        if revision is None or revision.object_id != str(pin.lesson_id):
            continue
        digest = digest_of(revisions[pin.revision_id], revision)
        if not digest.empty:
            rows.append(_row(pin, newer=revision, digest=digest))
    return rows


def _row(pin: PinnedLesson, **facts: Any) -> PinRow:
    row = pin.syllabus_lesson
    return PinRow(
        pin=pin,
        number=f"{row.module.position}.{row.position}",
        language=pin.locale.language_code[:2],
        **facts,
    )


def _fresh(cohort: Cohort, rows: list[SyllabusLesson], pins: list[PinnedLesson]) -> list[NewLesson]:
    known = {row.translation_key: row for row in rows}
    modules = {row.module.translation_key: row.module for row in rows}
    pinned = {pin.lesson_id for pin in pins}
    places = {(pin.syllabus_lesson_id, pin.locale_id) for pin in pins}
    outline = course_outline(cohort.course)
    lessons = {
        lesson.page.pk: (module, lesson)
        for module in outline.modules
        for lesson in module.lessons
        if lesson.translation_key not in known
    }
    pages = {
        page.pk: page
        for page in Lesson.objects.filter(live=True, alias_of=None)
        .filter(Q(pk__in=lessons) | Q(translation_key__in=known))
        .exclude(pk__in=pinned)
        .select_related("locale", "live_revision")
        .defer("body")
        .order_by("path")
    }
    found = [
        NewLesson(
            page=pages[pk],
            language=pages[pk].locale.language_code[:2],
            revision=own_revision(pages[pk]),
            module=module.title,
            new_module=module.translation_key not in modules,
            required=lesson.required,
        )
        for pk, (module, lesson) in lessons.items()
        if pk in pages
    ]
    for page in pages.values():
        row = known.get(page.translation_key)
        if row and (row.pk, page.locale_id) not in places:
            found.append(
                NewLesson(
                    page=page,
                    language=page.locale.language_code[:2],
                    revision=own_revision(page),
                    number=f"{row.module.position}.{row.position}",
                    module=row.module.title,
                    required=row.required,
                )
            )
    return found


def _publications(revisions: list[Revision]) -> dict[int, Publication]:
    """By revision id: 2 queries. Who approved is told by the workflow's task of that very revision."""
    pks = [revision.pk for revision in revisions]
    by_whom: dict[int, PageLogEntry] = {}
    entries = PageLogEntry.objects.filter(action="wagtail.publish", revision__in=pks)
    for entry in entries.select_related("user").order_by("timestamp"):
        by_whom[entry.revision_id] = entry
    approved: dict[int, TaskState] = {}
    states = TaskState.objects.filter(revision__in=pks, status=TaskState.STATUS_APPROVED)
    for state in states.select_related("finished_by").order_by("finished_at", "pk"):
        approved[state.revision_id] = state
    found = {}
    for pk in pks:
        entry, state = by_whom.get(pk), approved.get(pk)
        found[pk] = Publication(
            at=entry.timestamp if entry else None,
            by=_person(entry.user) if entry else "",
            reviewer=_person(state.finished_by) if state else "",
            reviewed_at=state.finished_at if state else None,
        )
    return found


def _person(user: User | None) -> str:
    return str(user) if user else ""


def _with_publication(row: Any, published: dict[int, Publication]) -> Any:
    revision = row.newer if isinstance(row, PinRow) else row.revision
    return replace(row, publication=published.get(revision.pk)) if revision else row


def _versions(
    cohort: Cohort,
) -> tuple[tuple[SyllabusVersion, ...], dict[int, tuple[PinChange, ...]]]:
    versions = tuple(
        SyllabusVersion.objects.filter(cohort=cohort)
        .defer("contents")
        .select_related("by")
        .order_by("-number")
    )
    rows = (
        PinChange.objects.filter(version__cohort=cohort)
        .select_related("pin__locale", "pin__syllabus_lesson__module")
        .order_by("pk")
    )
    changes: dict[int, tuple[PinChange, ...]] = {}
    for row in rows:
        changes[row.version_id] = (*changes.get(row.version_id, ()), row)
    return versions, changes


def errata_of(cohort: Cohort) -> list[PinChange]:
    """Every erratum of the cohort, the newest first, with its version, pin and language; one query."""
    return list(
        PinChange.objects.filter(version__cohort=cohort, erratum=True)
        .select_related("version", "pin__locale")
        .defer("version__contents")
        .order_by("-version__number", "pk")
    )
