"""Excuses, credits and make-ups: facts that explain a lack of minutes. Recording one again replaces it."""

from datetime import datetime
from typing import Any, TypeVar

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from lms.accounts.models import User
from lms.attendance.choices import Channel, ExcuseStatus
from lms.attendance.models import Credit, Excuse, MakeUp
from lms.attendance.summary import make_up_minutes
from lms.cohorts.models import ClassSession, Enrolment, SyllabusModule
from lms.core.errors import DomainError

Fact = TypeVar("Fact", Excuse, Credit, MakeUp)


def record_excuse(
    *,
    enrolment: Enrolment,
    session: ClassSession,
    reason: str,
    by: User,
    status: str = ExcuseStatus.APPROVED,
    at: datetime | None = None,
) -> Excuse:
    """Say why a learner misses a session; the one excuse of that absence is replaced.

    Refused with `no_reason`, `not_in_cohort`, `session_cancelled`.
    """
    reason = _reason(reason)
    _refuse_foreign(enrolment, session)
    values = {"reason": reason, "status": status}
    with transaction.atomic():
        Enrolment.objects.select_for_update().get(pk=enrolment.pk)
        excuse, before = _replaced(Excuse, values, by, at, enrolment=enrolment, session=session)
        if excuse is not before:
            log(excuse, "attendance.record_excuse", user=by, data={"status": str(status)})
    return excuse


def record_credit(
    *,
    enrolment: Enrolment,
    minutes: int,
    reason: str,
    by: User,
    module: SyllabusModule | None = None,
    at: datetime | None = None,
) -> Credit:
    """Exempt a learner from minutes of a module, or of the whole cohort (esonero).

    The one credit of that module is replaced. Refused with `no_reason`, `no_minutes`, `not_in_cohort`,
    `too_many_minutes`.
    """
    reason = _reason(reason)
    if minutes < 1:
        raise DomainError(_("A credit has at least one minute."), "no_minutes")
    if module is not None and module.cohort_id != enrolment.cohort_id:
        raise DomainError(_("This module belongs to another cohort."), "not_in_cohort")
    _refuse_excess(enrolment, minutes, module)
    values = {"minutes": minutes, "reason": reason}
    with transaction.atomic():
        Enrolment.objects.select_for_update().get(pk=enrolment.pk)
        credit, before = _replaced(Credit, values, by, at, enrolment=enrolment, module=module)
        if credit is not before:
            data = {
                "minutes": minutes,
                "before": before and before.minutes,
                "module": module and module.pk,
            }
            log(credit, "attendance.record_credit", user=by, data=data)
    return credit


def remove_credit(*, credit: Credit, by: User) -> None:
    """Take back a credit recorded by mistake; again changes nothing."""
    with transaction.atomic():
        found = Credit.objects.select_for_update(of=["self"]).filter(pk=credit.pk).first()
        if found is None:
            return
        data = {"minutes": found.minutes, "module": found.module_id, "reason": found.reason}
        log(found.enrolment, "attendance.remove_credit", user=by, data=data)
        found.delete()


def record_make_up(
    *,
    enrolment: Enrolment,
    missed: ClassSession,
    held_in: ClassSession,
    in_at: datetime,
    out_at: datetime,
    by: User,
    channel: str = Channel.HOUSE,
    at: datetime | None = None,
) -> MakeUp:
    """Let presence at another cohort's session count for a missed one (recupero).

    domain, Attendance: “Make-up minutes count once, capped at what was missed”: once by constraint, the
    cap in the summary. Refused with `not_in_cohort`, `session_cancelled`, `same_cohort`, `other_module`,
    `enrolled_there`, `times_reversed`, `outside_session`, `counted_already`.
    """
    _refuse_foreign(enrolment, missed)
    _refuse_held_in(enrolment, missed, held_in)
    if out_at <= in_at:
        raise DomainError(_("The exit comes before the entry."), "times_reversed")
    values = {"held_in": held_in, "in_at": in_at, "out_at": out_at, "channel": channel}
    if make_up_minutes(MakeUp(enrolment=enrolment, missed=missed, **values)) < 1:
        raise DomainError(_("No minute of this time lies in that session."), "outside_session")
    with transaction.atomic():
        Enrolment.objects.select_for_update().get(pk=enrolment.pk)
        mine = MakeUp.objects.filter(enrolment=enrolment)
        if mine.filter(held_in=held_in).exclude(missed=missed).exists():
            raise DomainError(
                _("This presence already counts for another session."), "counted_already"
            )
        make_up, before = _replaced(MakeUp, values, by, at, enrolment=enrolment, missed=missed)
        if make_up is not before:
            data = {"missed": missed.pk, "held_in": held_in.pk}
            log(make_up, "attendance.record_make_up", user=by, data=data)
    return make_up


def _reason(text: str) -> str:
    if not text.strip():
        raise DomainError(_("Say the reason: it stays in the register."), "no_reason")
    return text.strip()


def _replaced(
    kind: type[Fact], values: dict, by: User, at: datetime | None, **key: Any
) -> tuple[Fact, Fact | None]:
    """The one fact of that key as it now stands, and as it stood: the same object where nothing changes.

    Inside the caller's transaction, which holds the enrolment.
    """
    before = kind.objects.filter(**key).first()
    if before and all(getattr(before, name) == value for name, value in values.items()):
        return before, before
    stamp = {"recorded_by": by, "recorded_at": at or timezone.now()}
    after, _made = kind.objects.update_or_create(**key, defaults=values | stamp)
    return after, before


def _refuse_foreign(enrolment: Enrolment, session: ClassSession) -> None:
    if session.cohort_id != enrolment.cohort_id:
        raise DomainError(_("This session belongs to another cohort."), "not_in_cohort")
    if session.cancelled_at:
        raise DomainError(_("This session was cancelled: nobody missed it."), "session_cancelled")


def _refuse_held_in(enrolment: Enrolment, missed: ClassSession, held_in: ClassSession) -> None:
    if held_in.cancelled_at:
        raise DomainError(_("That session was cancelled."), "session_cancelled")
    if held_in.cohort_id == enrolment.cohort_id:
        raise DomainError(
            _("A make-up is held in another cohort: here the presence counts by itself."),
            "same_cohort",
        )
    keys = {s.module.translation_key for s in (missed, held_in) if s.module}
    if len(keys) > 1:
        raise DomainError(_("That session covers another module."), "other_module")
    if Enrolment.objects.filter(cohort=held_in.cohort_id, user=enrolment.user_id).exists():
        raise DomainError(
            _("%(name)s is enrolled in that cohort, where the presence already counts.")
            % {"name": enrolment.user},
            "enrolled_there",
        )


def _refuse_excess(enrolment: Enrolment, minutes: int, module: SyllabusModule | None) -> None:
    """No more than the syllabus has; a module without hours sets no limit."""
    if module is not None:
        limit = module.minutes
    else:
        rows = SyllabusModule.objects.filter(cohort=enrolment.cohort_id)
        limit = sum(rows.values_list("minutes", flat=True))
    if limit and minutes > limit:
        raise DomainError(
            _("There are only %(minutes)s minutes to be exempt from.") % {"minutes": limit},
            "too_many_minutes",
        )
