"""The mails that follow a decision or a change: one per person and occasion, in their language."""

from collections.abc import Sequence

from django.utils import timezone, translation
from django.utils.formats import date_format

from lms.accounts.models import User
from lms.cohorts.models import Application, ClassSession, Cohort
from lms.core.services import queue_mail


def send_application_letter(application: Application, occasion: str) -> None:
    """`occasion`: received, admitted or declined. A second decision is a new occasion."""
    decided = application.decided_at.isoformat() if application.decided_at else ""
    context = facts_of(application.user, application.cohort)
    context["reason"] = application.decision_reason
    queue_mail(
        key=f"cohorts.application_{occasion}:{application.pk}:{decided}",
        kind="cohorts.admission",
        recipient=application.user.email,
        language=application.user.language,
        template=f"cohorts/application_{occasion}",
        context=context,
    )


def send_session_letters(
    session: ClassSession, occasion: str, *, before: dict | None = None
) -> None:
    """`occasion`: changed or cancelled; to everyone enrolled, keyed by the session's sequence."""
    enrolments = session.cohort.enrolments.active().select_related("user")
    for enrolment in enrolments:
        user = enrolment.user
        context = facts_of(user, session.cohort) | session_facts(session, user.language)
        context["reason"] = session.cancel_reason
        context["before"] = was = before and before[user.language]
        # Nothing that a letter may say: the link itself stands in none.
        context["link_only"] = was == session_facts(session, user.language)
        queue_mail(
            key=f"cohorts.session_{occasion}:{session.pk}:{session.sequence}:{enrolment.pk}",
            kind="cohorts.sessions",
            recipient=user.email,
            language=user.language,
            template=f"cohorts/session_{occasion}",
            context=context,
        )


def send_moves_letters(
    cohort: Cohort, sessions: Sequence[ClassSession], before: dict, *, key: str
) -> None:
    """One letter to everyone enrolled of all the sessions that moved; `before` by session and language."""
    for enrolment in cohort.enrolments.active().select_related("user"):
        user = enrolment.user
        context = facts_of(user, cohort)
        context["changes"] = [
            session_facts(row, user.language) | {"before": before[row.pk][user.language]}
            for row in sessions
        ]
        context["count"] = len(sessions)
        queue_mail(
            key=f"cohorts.sessions_moved:{cohort.pk}:{key}:{enrolment.pk}",
            kind="cohorts.sessions",
            recipient=user.email,
            language=user.language,
            template="cohorts/sessions_moved",
            context=context,
        )


def session_facts(session: ClassSession, language: str) -> dict:
    """A session's number, day, times and place as words in `language` (Europe/Rome)."""
    starts, ends = timezone.localtime(session.starts_at), timezone.localtime(session.ends_at)
    with translation.override(language):
        return {
            "number": session.number,
            "day": date_format(starts, "l j F Y"),
            "time": f"{date_format(starts, 'H:i')}–{date_format(ends, 'H:i')}",
            "mode": str(session.get_mode_display()),
            "room": session.room,
            "address": session.venue.address if session.venue else "",
            "room_path": session.venue.get_absolute_url() if session.venue else "",
        }


def facts_of(user: User, cohort: Cohort) -> dict:
    with translation.override(user.language):
        return {
            "name": user.get_short_name(),
            "course": cohort.title_in(user.language),
            "code": cohort.code,
            "starts": date_format(cohort.starts_on, "j F Y"),
            "path": cohort.get_absolute_url(),
        }
