"""A cohort's application form as it is asked, and what keeps an application from being sent; reads, never writes.

Standard parts and the cohort's own questions have one shape, `Ask`, so that the applicant's page, the check before
sending, the administrator's page and the readers' all go through the same list.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from lms.cohorts.choices import TEXT_KINDS, Asked, QuestionKind
from lms.cohorts.models import (
    AdmissionForm,
    Application,
    ApplicationAnswer,
    ApplicationFile,
    ApplicationQuestion,
    Cohort,
)
from lms.cohorts.models.application_form import in_words_of
from lms.cohorts.summary.seats import seats_by_pool

ROME = ZoneInfo(settings.TIME_ZONE)
OPEN_SEATS = "open"
TICKED = "yes"
Value = str | list[str]
_NUMBER = re.compile(r"[-+]?\d{1,12}(?:[.,]\d{1,4})?")


@dataclass(frozen=True, slots=True)
class Ask:
    """One thing that is asked. `name` is that of its field; `question` is None for the standard parts.

    `kind` is a `QuestionKind`, or `tick` for a box; `options` are (key, words) pairs.
    """

    name: str
    kind: str
    label: str
    help: str = ""
    required: bool = False
    options: tuple[tuple[str, str], ...] = ()
    max_length: int = 0
    question: ApplicationQuestion | None = None

    @property
    def is_file(self) -> bool:
        return self.kind == QuestionKind.FILE

    @property
    def is_text(self) -> bool:
        return self.kind in TEXT_KINDS


def closing_moment(cohort: Cohort) -> datetime:
    """The first moment of Europe/Rome at which applications are closed: midnight after the last day."""
    return datetime.combine(cohort.applications_until + timedelta(days=1), time(), tzinfo=ROME)


def admission_form(cohort: Cohort) -> AdmissionForm:
    """The standard parts; the defaults, unsaved, where nobody has set any."""
    return AdmissionForm.objects.filter(cohort=cohort).first() or AdmissionForm(cohort=cohort)


def is_frozen(cohort: Cohort) -> bool:
    """Whether an application was sent: from then on the same is asked of everyone, and only words are mended."""
    return cohort.applications.sent().exists()


def asks_of(cohort: Cohort, language: str | None = None) -> list[Ask]:
    """Everything that is asked, in the order of the page; at most 4 queries."""
    form = admission_form(cohort)
    questions = [
        ask_of(question, language) for question in cohort.application_questions.order_by("position")
    ]
    return [*first_asks(form), *questions, *last_asks(form)]


def ask_of(question: ApplicationQuestion, language: str | None = None) -> Ask:
    return Ask(
        name=f"q{question.pk}",
        kind=question.kind,
        label=in_words_of(question.labels, language),
        help=in_words_of(question.helps, language),
        required=question.required,
        options=options_in(question.options, language),
        max_length=question.max_length if question.kind in TEXT_KINDS else 0,
        question=question,
    )


def options_in(options: list[dict], language: str | None) -> tuple[tuple[str, str], ...]:
    return tuple((option["key"], in_words_of(option, language)) for option in options)


def first_asks(form: AdmissionForm) -> list[Ask]:
    asks = []
    if form.motivation != Asked.OFF:
        asks.append(
            Ask(
                "motivation",
                QuestionKind.LONG_TEXT,
                _("Why this course, and why now"),
                _("Five lines are enough: what you do, what you would like to build."),
                required=form.motivation == Asked.REQUIRED,
                max_length=form.motivation_length,
            )
        )
    if form.organisation != Asked.OFF:
        required = form.organisation == Asked.REQUIRED
        asks.append(
            Ask(
                "organisation_name",
                QuestionKind.SHORT_TEXT,
                _("Your organisation"),
                "" if required else _("Leave it empty if you come for yourself."),
                required=required,
                max_length=200,
            )
        )
    return asks


def last_asks(form: AdmissionForm) -> list[Ask]:
    asks = []
    if form.cv != Asked.OFF:
        required = form.cv == Asked.REQUIRED
        asks.append(Ask("cv", QuestionKind.FILE, _("Your curriculum vitae"), required=required))
    pools = _pool_options(form.cohort) if form.pool else ()
    if len(pools) > 1:
        asks.append(
            Ask(
                "pool",
                QuestionKind.ONE_CHOICE,
                _("Which seats do you apply for?"),
                _("Some seats are kept for certain people: choose those that are meant for you."),
                required=True,
                options=pools,
            )
        )
    if form.bursary:
        asks += [
            Ask("bursary", "tick", _("I ask for a bursary")),
            Ask(
                "bursary_reason",
                QuestionKind.LONG_TEXT,
                _("Why you ask for a bursary"),
                _("Only if you ask for one. A few words on your situation: no documents now."),
                max_length=1500,
            ),
        ]
    return asks


def _pool_options(cohort: Cohort) -> tuple[tuple[str, str], ...]:
    seats = seats_by_pool(cohort)
    found = [(str(row.pool.pk), row.label) for row in seats.pools if row.pool and row.total]
    if seats.open.total or not found:
        found.insert(0, (OPEN_SEATS, pgettext("seats", "Open to all")))
    return tuple(found)


def values_of(application: Application) -> dict[str, Value]:
    """What the application says, by the name of each field; files are not among it. 1 query."""
    values: dict[str, Value] = {
        "motivation": application.motivation,
        "organisation_name": application.organisation_name,
        "pool": str(application.pool_id or OPEN_SEATS),
        "bursary": TICKED if application.bursary_requested else "",
        "bursary_reason": application.bursary_reason,
    }
    for row in ApplicationAnswer.objects.filter(application=application):
        values[f"q{row.question_id}"] = row.value
    return values


def files_of(application: Application) -> dict[str, ApplicationFile]:
    """The files by the name of their field; 1 query."""
    rows = ApplicationFile.objects.filter(application=application)
    return {f"q{row.question_id}" if row.question_id else "cv": row for row in rows}


def faults_of(
    asks: list[Ask], values: Mapping[str, Value], files: Mapping[str, ApplicationFile]
) -> dict[str, str]:
    """What keeps the application from being sent: a sentence for each field, none when it is whole."""
    faults = {}
    for ask in asks:
        fault = _file_fault(ask, files) if ask.is_file else _fault(ask, values.get(ask.name, ""))
        if fault:
            faults[ask.name] = fault
    asked = {ask.name for ask in asks}
    if "bursary" in asked and values.get("bursary") and not values.get("bursary_reason"):
        faults["bursary_reason"] = _("Say in a few words why you ask for a bursary.")
    return faults


def _file_fault(ask: Ask, files: Mapping[str, ApplicationFile]) -> str:
    return _("Add the file: it is needed.") if ask.required and ask.name not in files else ""


def _fault(ask: Ask, value: Value) -> str:
    if not value:
        return _needed(ask) if ask.required else ""
    if ask.max_length and len(value) > ask.max_length:
        over = len(value) - ask.max_length
        return ngettext(
            "This is %(over)s character longer than the %(most)s that fit.",
            "This is %(over)s characters longer than the %(most)s that fit.",
            over,
        ) % {"over": over, "most": ask.max_length}
    if ask.kind == QuestionKind.NUMBER and not _NUMBER.fullmatch(str(value)):
        return _("Write a number, in figures.")
    keys = {key for key, _words in ask.options}
    chosen = value if isinstance(value, list) else [value]
    if ask.options and not keys.issuperset(chosen):
        return _("Choose from the list: it has changed meanwhile.")
    return ""


def _needed(ask: Ask) -> str:
    if ask.options or ask.kind == QuestionKind.YES_NO:
        return _("Choose an answer: it is needed.")
    return _("Write an answer: it is needed.")
