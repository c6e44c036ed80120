"""What an application answers, in words, and where it stands; reads, never writes."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from lms.cohorts.choices import IN_LINE, ApplicationStatus, QuestionKind
from lms.cohorts.models import Application, ApplicationFile
from lms.cohorts.models.application_form import in_words_of
from lms.cohorts.summary.applying import (
    TICKED,
    Ask,
    Value,
    admission_form,
    asks_of,
    files_of,
    first_asks,
    last_asks,
    options_in,
    values_of,
)
from lms.core.dates import day_in_words

# What its author may still take back.
OPEN_STATUSES = (ApplicationStatus.SUBMITTED, *IN_LINE)


@dataclass(frozen=True, slots=True)
class Answered:
    """What was asked and what was answered, in words; `lines` is empty where nothing was."""

    name: str
    kind: str
    label: str
    lines: tuple[str, ...] = ()
    file: ApplicationFile | None = None

    @property
    def empty(self) -> bool:
        return not self.lines and self.file is None


@dataclass(frozen=True, slots=True)
class Step:
    """A step of an application's way, for the component `steps`."""

    label: str
    detail: str
    state: str  # done, current, todo


def steps_of(application: Application) -> list[Step]:
    """Where a sent application stands, in words: sent, being read, answered."""
    sent = day_in_words(application.submitted_at, "year")
    if application.status == ApplicationStatus.SUBMITTED:
        return [
            Step(_("Sent"), sent, "done"),
            Step(_("Being read"), _("Someone of the house reads every application."), "current"),
            Step(_("The answer"), _("It reaches you by mail, whatever it is."), "todo"),
        ]
    return [
        Step(_("Sent"), sent, "done"),
        Step(_("Read"), "", "done"),
        Step(
            str(application.get_status_display()),
            day_in_words(application.decided_at, "year"),
            "current",
        ),
    ]


def answered(application: Application, language: str | None = None) -> list[Answered]:
    """Everything that was asked and answered, in the order of the page.

    Of what was sent each question is told as it was when it was sent; of a draft as it is now.
    """
    values, files = values_of(application), files_of(application)
    if application.submitted_at is None:
        asks = asks_of(application.cohort, language)
    else:
        asks = _asked_then(application, values, language)
    return [
        Answered(
            ask.name,
            ask.kind,
            ask.label,
            _lines(ask, values.get(ask.name, "")),
            files.get(ask.name) if ask.is_file else None,
        )
        for ask in asks
        if ask.name != "bursary_reason" or values["bursary"]
    ]


def _asked_then(
    application: Application, values: Mapping[str, Value], language: str | None
) -> list[Ask]:
    form = admission_form(application.cohort)
    first = [ask for ask in first_asks(form) if ask.required or values[ask.name]]
    last = last_asks(form)
    rows = application.answers.exclude(asked={}).select_related("question")
    questions = [
        Ask(
            name=f"q{row.question_id}",
            kind=row.asked["kind"],
            label=in_words_of(row.asked["labels"], language),
            options=options_in(row.asked["options"], language),
            question=row.question,
        )
        for row in sorted(rows, key=lambda row: row.asked["position"])
    ]
    return [*first, *questions, *last]


def _lines(ask: Ask, value: Value) -> tuple[str, ...]:
    if ask.kind == "tick":
        return (_("Yes") if value == TICKED else _("No"),)
    if not value:
        return ()
    if ask.options:
        words = dict(ask.options)
        chosen = value if isinstance(value, list) else [value]
        return tuple(words.get(key, key) for key in chosen)
    if ask.kind == QuestionKind.YES_NO:
        return (_("Yes") if value == TICKED else _("No"),)
    return (str(value),)
