"""The one next step of a learner: what to do now, and where. Pure: no query."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from django.urls import reverse
from django.utils.formats import time_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from assessment.summary import AssessmentResult
from certificates.models import Certificate
from lms.cohorts.models import ClassSession, Cohort
from lms.cohorts.outline import LessonEntry
from lms.cohorts.rules import Closed
from lms.core.templatetags.cohub import duration
from lms.dashboard.summary.missing import Missing


class Urgency(IntEnum):
    """What comes first. What waits for nobody stands before what waits for the learner alone."""

    SESSION = 1
    OFFER = 2
    ATTEMPT = 3
    LESSON = 4
    QUIZ = 5
    CERTIFICATE = 6
    DRAFT = 7
    WAITING = 8


# Steps that come first whichever cohort they belong to.
CANNOT_WAIT = {Urgency.SESSION, Urgency.OFFER, Urgency.ATTEMPT}


@dataclass(frozen=True, slots=True)
class NextStep:
    """`code` is the cohort's, for a page that shows several."""

    eyebrow: str
    title: str
    text: str = ""
    url: str = ""
    action: str = ""
    urgency: Urgency = Urgency.LESSON
    code: str = ""


def next_step(
    cohort: Cohort,
    *,
    session: ClassSession | None,
    joinable: bool,
    resume: LessonEntry | None,
    started: bool,
    results: Sequence[AssessmentResult],
    missing: Missing,
    certificate: Certificate | None = None,
    waiting: Closed | None = None,
) -> NextStep | None:
    """In one cohort: a session that begins within the hour, an open attempt, the lesson to go on with, a quiz
    not passed, a module that opens later, the certificate; None when nothing is left to the learner.
    """
    if session:
        return _session_step(cohort, session, joinable)
    attempt = next((result.open_attempt for result in results if result.open_attempt), None)
    if attempt:
        return NextStep(
            eyebrow=_("The next step"),
            title=_("You have a quiz open"),
            text=_until(attempt.deadline_at),
            url=reverse("assessment:attempt", args=[attempt.pk]),
            action=_("Go on with the quiz"),
            urgency=Urgency.ATTEMPT,
            code=cohort.code,
        )
    if resume:
        return NextStep(
            eyebrow=_("The next step · %(time)s") % {"time": duration(resume.minutes)},
            title=_("Lesson %(number)s — %(title)s")
            % {"number": resume.number, "title": resume.title},
            url=resume.url,
            action=_("Resume where you were") if started else _("Begin"),
            code=cohort.code,
        )
    quiz = next((r for r in results if r.required and not r.passed and r.attempts_left), None)
    if quiz:
        return NextStep(
            eyebrow=_("The next step"),
            title=quiz.title,
            text=_("The lessons are done: the quiz is what is left."),
            url=reverse("assessment:detail", args=[cohort.code, quiz.assessment.pk]),
            action=_("Go to the quiz"),
            urgency=Urgency.QUIZ,
            code=cohort.code,
        )
    if waiting:
        return NextStep(
            eyebrow=_("The next step"),
            title=f"{waiting.module.position}. {waiting.module.title}",
            text=waiting.words,
            url=reverse("progress:syllabus", args=[cohort.code]),
            action=_("All the lessons"),
            urgency=Urgency.WAITING,
            code=cohort.code,
        )
    return _certificate_step(cohort, missing, certificate)


def _certificate_step(
    cohort: Cohort, missing: Missing, certificate: Certificate | None
) -> NextStep | None:
    if certificate is not None:
        return NextStep(
            eyebrow=_("You have done everything"),
            title=_("Your certificate is ready"),
            text=str(certificate.get_kind_display()),
            url=reverse("certificates:download", args=[certificate.uuid, certificate.file_slug]),
            action=_("Download it"),
            urgency=Urgency.CERTIFICATE,
            code=cohort.code,
        )
    if missing.complete:
        return NextStep(
            eyebrow=_("You have done everything"),
            title=_("The certificate is on its way"),
            text=_("Someone of the house issues it; we write to you as soon as it is ready."),
            urgency=Urgency.WAITING,
            code=cohort.code,
        )
    return None


def first_of(main: NextStep | None, others: Iterable[NextStep | None]) -> NextStep | None:
    """The step of the page: what cannot wait, whichever cohort it is of; else the main cohort's own; else
    the most urgent of the rest.
    """
    rest = [step for step in others if step is not None]
    pressing = [step for step in (main, *rest) if step is not None and step.urgency in CANNOT_WAIT]
    if pressing:
        return min(pressing, key=lambda step: step.urgency)
    if main is not None and main.urgency != Urgency.WAITING:
        return main
    return min([*rest, *([main] if main else [])], key=lambda step: step.urgency, default=None)


def _until(deadline: Any) -> str:
    if deadline is None:
        return ""
    return _("You have until %(time)s.") % {"time": time_format(localtime(deadline), "H:i")}


def _session_step(cohort: Cohort, session: ClassSession, joinable: bool) -> NextStep:
    start = time_format(localtime(session.starts_at), "H:i")
    place = ", ".join(part for part in (session.room, cohort.place) if part)
    return NextStep(
        eyebrow=_("Session %(number)s · today at %(time)s")
        % {"number": session.number, "time": start},
        title=session.heading,
        text="" if session.mode == "remote" else place,
        url=reverse("cohorts:join", args=[session.pk])
        if joinable
        else reverse("cohorts:detail", args=[cohort.code]),
        action=_("Join remotely") if joinable else _("See the session"),
        urgency=Urgency.SESSION,
        code=cohort.code,
    )
