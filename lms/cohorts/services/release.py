"""When the modules of a cohort open to its learners, and opening one to one person before its time."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from lms.accounts.models import User
from lms.cohorts.choices import EnrolmentStatus
from lms.cohorts.models import Cohort, Enrolment, ModuleOpening, SyllabusModule
from lms.core.errors import DomainError
from lms.core.registries import registries

OPENING_REASON = 200


@dataclass(frozen=True, slots=True)
class Release:
    """When a module opens: from a day in Europe/Rome, after the module before, after the quiz of that key, or all."""

    opens_on: date | None = None
    after_previous: bool = False
    after_quiz: str = ""

    @property
    def facts(self) -> dict:
        return asdict(self) | {"opens_on": self.opens_on and self.opens_on.isoformat()}


def release_of(module: SyllabusModule) -> Release:
    return Release(module.opens_on, module.after_previous, module.after_quiz)


def release_modules(
    *, cohort: Cohort, plan: Mapping[int, Release], by: User | None
) -> list[SyllabusModule]:
    """Set when modules (by id) open, all or none; those that changed are returned, and logged before and after.

    A setting of the cohort, no part of what was pinned: it can be changed at any time, and changes no hash.
    Refused: `foreign_module`, `first_module` (nothing comes before it), `unknown_quiz`, `opens_after_the_end`,
    `cohort_cancelled`.
    """
    changed = []
    with transaction.atomic():
        cohort = Cohort.objects.select_for_update().get(pk=cohort.pk)
        if cohort.cancelled_at:
            raise DomainError(_("This cohort was cancelled."), "cohort_cancelled")
        modules = {row.pk: row for row in cohort.modules.order_by("position")}
        if set(plan) - set(modules):
            raise DomainError(_("This module belongs to another cohort."), "foreign_module")
        quizzes = (
            quiz_titles(cohort) if any(release.after_quiz for release in plan.values()) else {}
        )
        for pk, release in plan.items():
            module, before = modules[pk], release_of(modules[pk])
            if before == release:
                continue
            _refuse(cohort, module, release, quizzes, first=module is next(iter(modules.values())))
            module.opens_on = release.opens_on
            module.after_previous = release.after_previous
            module.after_quiz = release.after_quiz
            module.save(update_fields=["opens_on", "after_previous", "after_quiz"])
            changed.append(module)
            log(
                cohort,
                "cohorts.release_module",
                user=by,
                data={"module": pk, "before": before.facts, "after": release.facts},
            )
    return changed


def open_early(
    *, enrolment: Enrolment, module: SyllabusModule, reason: str, by: User | None
) -> ModuleOpening:
    """Open a module to one learner before its time; again changes nothing.

    Refused: `foreign_module`, `not_enrolled`, `reason_missing`, `reason_too_long`.
    """
    reason = " ".join(reason.split())
    if not reason:
        raise DomainError(_("Say why: the reason is kept."), "reason_missing")
    if len(reason) > OPENING_REASON:
        raise DomainError(
            _("The reason has at most %(limit)s characters.") % {"limit": OPENING_REASON},
            "reason_too_long",
        )
    if module.cohort_id != enrolment.cohort_id:
        raise DomainError(_("This module belongs to another cohort."), "foreign_module")
    with transaction.atomic():
        enrolment = Enrolment.objects.select_for_update(of=("self",)).get(pk=enrolment.pk)
        if enrolment.status != EnrolmentStatus.ACTIVE:
            raise DomainError(
                _("This person is no longer enrolled in this cohort."), "not_enrolled"
            )
        # The constraint `a_module_is_opened_early_once_per_learner` decides between two at once.
        opening, made = ModuleOpening.objects.get_or_create(
            enrolment=enrolment, module=module, defaults={"reason": reason, "by": by}
        )
        if made:
            log(
                enrolment,
                "cohorts.open_early",
                user=by,
                data={"module": module.pk, "reason": reason},
            )
    return opening


def close_again(*, opening: ModuleOpening, by: User | None) -> bool:
    """Take an early opening back; False if somebody has done so already."""
    with transaction.atomic():
        gone = ModuleOpening.objects.filter(pk=opening.pk).delete()[0]
        if gone:
            log(
                opening.enrolment,
                "cohorts.close_again",
                user=by,
                data={"module": opening.module_id, "reason": opening.reason},
            )
    return bool(gone)


def quiz_titles(cohort: Cohort) -> dict[str, str]:
    """{key: title} of the quizzes that a module of the cohort may wait for, in order."""
    ledger = registries.quiz_ledger
    return ledger.titles([cohort.pk]).get(cohort.pk, {}) if ledger else {}


def _refuse(
    cohort: Cohort, module: SyllabusModule, release: Release, quizzes: Mapping, *, first: bool
) -> None:
    title = {"title": module.title}
    if first and release.after_previous:
        raise DomainError(_("Nothing comes before “%(title)s”.") % title, "first_module")
    if release.after_quiz and release.after_quiz not in quizzes:
        raise DomainError(
            _("“%(title)s” would wait for a quiz that this course has not.") % title, "unknown_quiz"
        )
    if release.opens_on and release.opens_on > cohort.ends_on:
        raise DomainError(
            _("“%(title)s” would open after the last day of the cohort.") % title,
            "opens_after_the_end",
        )
