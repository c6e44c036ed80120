"""Bringing newer published lessons into a cohort, and the versions of its syllabus."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log
from wagtail.models import Locale, Revision

from curriculum.models import Lesson, Module
from curriculum.outline import CourseOutline, ModuleOutline, course_outline
from lms.accounts.models import User
from lms.cohorts.choices import OVER, Phase
from lms.cohorts.models import (
    Cohort,
    PinChange,
    PinnedLesson,
    SyllabusLesson,
    SyllabusModule,
    SyllabusVersion,
)
from lms.cohorts.models.syllabus import own_revision
from lms.cohorts.services.opening import titles_of
from lms.cohorts.services.pinning import hold_media, pin_locale, pin_revision, record_version
from lms.core.errors import DomainError

REASON_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Choice:
    """Bring in `revision_id` of the page `lesson_id`, where the cohort reads `expected_id` (None: nothing yet).

    With a `reason` it is an erratum: learners are told.
    """

    lesson_id: int
    expected_id: int | None
    revision_id: int
    reason: str = ""


def bring_in(
    *,
    cohort: Cohort,
    choices: Sequence[Choice],
    by: User | None,
    at: datetime | None = None,
) -> SyllabusVersion:
    """Bring chosen versions into the cohort, all or none: one new version of the syllabus, which is returned.

    A page that the cohort reads is swapped on its pin; a translation of one of its lessons is added; a lesson
    that it does not have comes at the end of its module, in every language in which it is published. Asked
    again, it answers with the version made then. Learners' addresses, progress and notes hang on the
    lesson, not on its version.

    Refused: `nothing_chosen`, `cohort_not_open`, `cohort_cancelled`, `cohort_finished`, `versions_changed`
    (somebody brought something in meanwhile, or published something newer: look again), `foreign_lesson`,
    `erratum_of_nothing`.
    """
    at = at or timezone.now()
    choices = list({choice.lesson_id: choice for choice in choices}.values())
    if not choices:
        raise DomainError(_("Choose at least one lesson."), "nothing_chosen")
    with transaction.atomic():
        cohort = Cohort.objects.select_for_update().get(pk=cohort.pk)
        refuse_change(cohort, at)
        pins = _pins(cohort, choices)
        done = _done_before(cohort, choices, pins)
        if done:
            return done
        pages = _pages(choices)
        chosen = [
            (choice, *_published(choice, pages.get(choice.lesson_id), pins.get(choice.lesson_id)))
            for choice in choices
        ]
        changes = [
            _swapped(pins[page.pk], revision, choice.reason)
            for choice, page, revision in chosen
            if page.pk in pins
        ]
        fresh = {page: revision for _choice, page, revision in chosen if page.pk not in pins}
        changes += _added(cohort, fresh)
        version = record_version(cohort, changes, by=by, at=at)
        log(
            cohort,
            "cohorts.bring_in",
            user=by,
            data={
                "version": version.number,
                "syllabus": version.sha256,
                "pins": [change.pin_id for change in changes],
                "errata": sum(change.erratum for change in changes),
            },
        )
    return version


def refuse_change(cohort: Cohort, at: datetime | None = None) -> None:
    """Raise the reason why this cohort's lessons cannot change, if there is one."""
    phase = cohort.phase_on(timezone.localdate(at) if at else timezone.localdate())
    if phase == Phase.CANCELLED:
        raise DomainError(_("This cohort was cancelled."), "cohort_cancelled")
    if phase == Phase.DRAFT:
        raise DomainError(
            _("This cohort is not open yet: when it opens it takes what is published then."),
            "cohort_not_open",
        )
    if phase in OVER:
        raise DomainError(
            _("This cohort is finished: its certificates are issued upon the syllabus as it is."),
            "cohort_finished",
        )


def _pins(cohort: Cohort, choices: Iterable[Choice]) -> dict[int, PinnedLesson]:
    """The cohort's pins of the chosen pages, by page id; locked by the cohort's row."""
    rows = PinnedLesson.objects.filter(
        syllabus_lesson__cohort=cohort, lesson__in=[choice.lesson_id for choice in choices]
    )
    return {
        pin.lesson_id: pin
        for pin in rows.select_related("syllabus_lesson", "locale", "lesson", "revision")
    }


def _pages(choices: Iterable[Choice]) -> dict[int, Lesson]:
    rows = Lesson.objects.filter(pk__in=[choice.lesson_id for choice in choices])
    return {page.pk: page for page in rows.select_related("live_revision", "locale")}


def _done_before(
    cohort: Cohort, choices: Sequence[Choice], pins: dict[int, PinnedLesson]
) -> SyllabusVersion | None:
    """The version that made exactly this, if the same was asked before: a form that is sent twice."""
    wanted = {(c.lesson_id, c.expected_id, c.revision_id, c.reason) for c in choices}
    if any(
        c.lesson_id not in pins or pins[c.lesson_id].revision_id != c.revision_id for c in choices
    ):
        return None
    made: dict[int, set[tuple]] = {}
    for change in PinChange.objects.filter(pin__in=pins.values()).select_related("pin"):
        made.setdefault(change.version_id, set()).add(
            (change.pin.lesson_id, change.old_revision_id, change.new_revision_id, change.reason)
        )
    found = max((pk for pk, rows in made.items() if wanted <= rows), default=None)
    return SyllabusVersion.objects.get(pk=found, cohort=cohort) if found else None


def _published(
    choice: Choice, page: Lesson | None, pin: PinnedLesson | None
) -> tuple[Lesson, Revision]:
    """The page and the version to bring in; refused where what was seen is no longer what is there."""
    if page is None:
        raise DomainError(_("A chosen lesson is not of this cohort's course."), "foreign_lesson")
    title = {"title": page.title}
    if (pin.revision_id if pin else None) != choice.expected_id:
        raise DomainError(
            _(
                "Somebody else has just changed “%(title)s” in this cohort. Nothing was done: look again."
            )
            % title,
            "versions_changed",
        )
    revision = own_revision(page)
    if not page.live or page.alias_of_id or not revision or revision.pk != choice.revision_id:
        raise DomainError(
            _("“%(title)s” was published or withdrawn meanwhile. Nothing was done: look again.")
            % title,
            "versions_changed",
        )
    if choice.reason and pin is None:
        raise DomainError(
            _("“%(title)s” is new in this cohort: there is nothing to correct.") % title,
            "erratum_of_nothing",
        )
    return page, revision


def _swapped(pin: PinnedLesson, revision: Revision, reason: str) -> PinChange:
    change = PinChange(
        pin=pin,
        old_revision_id=pin.revision_id,
        new_revision=revision,
        erratum=bool(reason),
        reason=reason,
    )
    pin.revision = revision
    pin.title = revision.content.get("title") or pin.title
    pin.content_hash = pin.hash_of(revision)
    pin.save(update_fields=["revision", "title", "content_hash"])
    hold_media(pin)
    row = pin.syllabus_lesson
    if pin.lesson_id == row.lesson_id:
        # The estimate, and by what it is done, follow the text; whether the lesson counts for the certificate
        # was promised at opening.
        _follow(row, revision)
    return change


def _follow(row: SyllabusLesson, revision: Revision) -> None:
    found = {
        name: revision.content.get(name) or getattr(row, name) for name in ("minutes", "completion")
    }
    if any(getattr(row, name) != value for name, value in found.items()):
        for name, value in found.items():
            setattr(row, name, value)
        row.save(update_fields=list(found))


def _added(cohort: Cohort, pages: Mapping[Lesson, Revision]) -> list[PinChange]:
    """Translations of lessons that the cohort has, and lessons that it has not."""
    if not pages:
        return []
    known = {row.translation_key: row for row in cohort.lessons.prefetch_related("pins")}
    pins = []
    fresh = set()
    for page, revision in pages.items():
        row = known.get(page.translation_key)
        if row is None:
            fresh.add(page.pk)
        elif any(pin.locale_id == page.locale_id for pin in row.pins.all()):
            raise DomainError(
                _("A chosen lesson is not of this cohort's course."), "foreign_lesson"
            )
        else:
            pins.append(pin_revision(row, page, page.locale, revision))
    if fresh:
        rows = _new_rows(cohort, course_outline(cohort.course.specific), fresh)
        for locale in Locale.objects.all():
            pins += pin_locale(rows, locale)
    return [PinChange(pin=pin, new_revision=pin.revision) for pin in pins]


def _new_rows(cohort: Cohort, outline: CourseOutline, wanted: set[int]) -> list[SyllabusLesson]:
    """Rows at the end of their modules, in teaching order; a new module comes last."""
    rows = []
    for module in outline.modules:
        chosen = [lesson for lesson in module.lessons if lesson.page.pk in wanted]
        if not chosen:
            continue
        place = _module_row(cohort, module)
        last = place.lessons.aggregate(last=Max("position"))["last"] or 0
        for position, lesson in enumerate(chosen, start=last + 1):
            rows.append(
                SyllabusLesson.objects.create(
                    cohort=cohort,
                    module=place,
                    position=position,
                    lesson=lesson.page,
                    translation_key=lesson.translation_key,
                    required=lesson.required,
                    minutes=lesson.minutes,
                    completion=lesson.completion,
                )
            )
    if len(rows) != len(wanted):
        raise DomainError(_("A chosen lesson is not of this cohort's course."), "foreign_lesson")
    return rows


def _module_row(cohort: Cohort, module: ModuleOutline) -> SyllabusModule:
    found = cohort.modules.filter(translation_key=module.translation_key).first()
    if found:
        return found
    last = cohort.modules.aggregate(last=Max("position"))["last"] or 0
    titles = titles_of(Module, [module.translation_key])
    return SyllabusModule.objects.create(
        cohort=cohort,
        position=last + 1,
        translation_key=module.translation_key,
        titles=titles[module.translation_key],
        minutes=module.minutes,
    )
