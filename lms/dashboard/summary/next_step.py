"""The one next step of a learner: what to do now, and where."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.formats import time_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from assessment.summary import AssessmentResult
from lms.cohorts.models import Cohort
from lms.cohorts.outline import LessonEntry
from lms.core.templatetags.cohub import duration
from lms.dashboard.summary.missing import Missing


@dataclass(frozen=True, slots=True)
class NextStep:
    eyebrow: str
    title: str
    text: str = ""
    url: str = ""
    action: str = ""


def next_step(
    cohort: Cohort,
    *,
    session: Any | None,
    resume: LessonEntry | None,
    started: bool,
    results: Sequence[AssessmentResult],
    missing: Missing,
) -> NextStep | None:
    """A session that begins within the hour, an open attempt, the lesson to go on with, a quiz not passed;
    None when nothing is left to the learner. No query.
    """
    if session:
        return _session_step(cohort, session)
    attempt = next((result.open_attempt for result in results if result.open_attempt), None)
    if attempt:
        return NextStep(
            eyebrow=_("The next step"),
            title=_("You have a quiz open"),
            url=reverse("assessment:attempt", args=[attempt.pk]),
            action=_("Go on with the quiz"),
        )
    if resume:
        return NextStep(
            eyebrow=_("The next step · %(time)s") % {"time": duration(resume.minutes)},
            title=_("Lesson %(number)s — %(title)s")
            % {"number": resume.number, "title": resume.title},
            url=resume.url,
            action=_("Resume where you were") if started else _("Begin"),
        )
    quiz = next((r for r in results if r.required and not r.passed and r.attempts_left), None)
    if quiz:
        return NextStep(
            eyebrow=_("The next step"),
            title=quiz.title,
            text=_("The lessons are done: the quiz is what is left."),
            url=reverse("assessment:detail", args=[cohort.code, quiz.assessment.pk]),
            action=_("Go to the quiz"),
        )
    if missing.complete:
        return NextStep(
            eyebrow=_("You have done everything"),
            title=_("The certificate is on its way"),
            text=_("Someone of the house issues it; we write to you as soon as it is ready."),
        )
    return None


def _session_step(cohort: Cohort, row: Any) -> NextStep:
    session = row.session
    start = time_format(localtime(session.starts_at), "H:i")
    place = ", ".join(part for part in (session.room, cohort.place) if part)
    return NextStep(
        eyebrow=_("Session %(number)s · today at %(time)s")
        % {"number": session.number, "time": start},
        title=session.heading,
        text="" if session.mode == "remote" else place,
        url=reverse("cohorts:join", args=[session.pk])
        if row.joinable
        else reverse("cohorts:detail", args=[cohort.code]),
        action=_("Join remotely") if row.joinable else _("See the session"),
    )
