"""When a quiz cannot be started or saved, each with its sentence and code."""

import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from assessment.models import Assessment, Attempt
from lms.cohorts.choices import EnrolmentStatus
from lms.cohorts.models import Cohort, Enrolment
from lms.core.errors import DomainError

# Days after the cohort's last one in which a quiz may still be taken (docs/decisions/0020).
GRACE_DAYS = 14
# A save that left in time may arrive a little late: the network is not the learner's fault.
SAVE_GRACE = datetime.timedelta(seconds=15)


def taking_window(
    cohort: Cohort, at: datetime.datetime | None = None
) -> tuple[datetime.datetime, datetime.datetime]:
    """From when until when (excluded) a cohort's quizzes are taken, as it stands at `at`; days of Europe/Rome.

    From its first day of teaching to `GRACE_DAYS` days after the last (`Cohort.teaching_days`).
    """
    midnight = datetime.time.min
    first, last = cohort.teaching_days(timezone.localdate(at))
    after = last + datetime.timedelta(days=GRACE_DAYS + 1)
    return (
        timezone.make_aware(datetime.datetime.combine(first, midnight)),
        timezone.make_aware(datetime.datetime.combine(after, midnight)),
    )


def refuse_start(enrolment: Enrolment, assessment: Assessment, at: datetime.datetime) -> None:
    if assessment.course_key != enrolment.cohort.course.translation_key:
        raise DomainError(_("This quiz belongs to another course."), "foreign_assessment")
    if not assessment.published:
        raise DomainError(_("This quiz is not open yet."), "not_published")
    refuse_unless_taking(enrolment, at)


def refuse_unless_taking(enrolment: Enrolment, at: datetime.datetime) -> None:
    refuse_inactive(enrolment)
    cohort = enrolment.cohort
    opens, closes = taking_window(cohort, at)
    if cohort.cancelled_at or not cohort.opened_at:
        raise DomainError(
            _("The cohort %(code)s is not running: its quizzes cannot be taken.")
            % {"code": cohort.code},
            "cohort_closed",
        )
    if at < opens:
        raise DomainError(
            _("The cohort starts on %(day)s: the quiz can be taken from that day.")
            % {"day": date_format(timezone.localtime(opens), "j F Y")},
            "cohort_not_started",
        )
    if at >= closes:
        last = timezone.localtime(closes).date() - datetime.timedelta(days=1)
        raise DomainError(
            _("The cohort is closed: its quizzes could be taken until %(day)s.")
            % {"day": date_format(last, "j F Y")},
            "cohort_closed",
        )


def refuse_inactive(enrolment: Enrolment) -> None:
    if enrolment.status != EnrolmentStatus.ACTIVE:
        raise DomainError(
            _("You are no longer enrolled in this cohort, so you cannot take its quizzes."),
            "enrolment_not_active",
        )


def refuse_beyond(taken: int, assessment: Assessment) -> None:
    if taken >= assessment.attempts_allowed:
        raise DomainError(
            _(
                "You have used all your attempts (%(count)s). If something went wrong, write to your teacher."
            )
            % {"count": assessment.attempts_allowed},
            "no_attempts_left",
        )


def refuse_save(attempt: Attempt, at: datetime.datetime) -> None:
    if not attempt.is_open:
        raise DomainError(
            _("You have already handed in this attempt: its answers no longer change."),
            "already_submitted",
        )
    if too_late(attempt, at):
        raise DomainError(
            _("Time ran out at %(time)s: this answer came too late. Those saved before count.")
            % {"time": date_format(timezone.localtime(attempt.deadline_at), "H:i")},
            "too_late",
        )


def too_late(attempt: Attempt, at: datetime.datetime) -> bool:
    return attempt.deadline_at is not None and at > attempt.deadline_at + SAVE_GRACE
