"""What a cohort asks of those who apply.

Once an application was sent, the same is asked of everyone: two readers compare answers to the same questions, and a
ranking of people who were asked different things would be none. From then on wording alone is mended; what was asked
of whom stays on their answers. A different form is the form of another cohort.
"""

from collections.abc import Mapping, Sequence

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from lms.accounts.models import User
from lms.cohorts.choices import CHOICE_KINDS, TEXT_KINDS, Asked, QuestionKind
from lms.cohorts.models import AdmissionForm, ApplicationFile, ApplicationQuestion, Cohort
from lms.cohorts.services.application_files import forget_stored
from lms.cohorts.summary.applying import is_frozen
from lms.core.errors import DomainError

MOST_QUESTIONS = 30
MOST_FILE_QUESTIONS = 8
PARTS = ("motivation", "motivation_length", "cv", "organisation", "pool", "bursary")
Words = Mapping[str, str]  # by language; Italian is required


def set_parts(*, cohort: Cohort, parts: Mapping[str, object], by: User | None) -> AdmissionForm:
    """Say which standard parts are asked (`PARTS`). Refused with `form_frozen` and `asks_nothing`."""
    with transaction.atomic():
        held = _held(cohort)
        form = AdmissionForm.objects.filter(cohort=held).first() or AdmissionForm(cohort=held)
        changed = {name: parts[name] for name in PARTS if getattr(form, name) != parts[name]}
        if not changed and form.pk:
            return form
        _refuse_frozen(held)
        for name, value in changed.items():
            setattr(form, name, value)
        if form.motivation == Asked.OFF and not held.application_questions.exists():
            raise DomainError(
                _(
                    "Somebody must be able to say something: ask for a motivation or add a question."
                ),
                "asks_nothing",
            )
        form.save()
        log(held, "cohorts.change_form", user=by, data={"parts": changed})
    return form


def add_question(
    *,
    cohort: Cohort,
    kind: str,
    labels: Words,
    helps: Words | None = None,
    required: bool = True,
    options: Sequence[Words] = (),
    max_length: int = 1000,
    by: User | None,
) -> ApplicationQuestion:
    """Ask one thing more, after the others. Refused with `form_frozen`, `too_many_questions`, `too_few_options`."""
    _refuse_options(kind, options)
    with transaction.atomic():
        held = _held(cohort)
        _refuse_frozen(held)
        rows = held.application_questions
        files = rows.filter(kind=QuestionKind.FILE).count() + (kind == QuestionKind.FILE)
        if rows.count() >= MOST_QUESTIONS or files > MOST_FILE_QUESTIONS:
            raise DomainError(
                _("At most %(most)s questions, and %(files)s of them files.")
                % {"most": MOST_QUESTIONS, "files": MOST_FILE_QUESTIONS},
                "too_many_questions",
            )
        last = rows.aggregate(last=Max("position"))["last"] or 0
        question = ApplicationQuestion.objects.create(
            cohort=held,
            position=last + 1,
            kind=kind,
            labels=_written(labels),
            helps=_written(helps or {}),
            required=required,
            options=_keyed(options, []) if kind in CHOICE_KINDS else [],
            max_length=max_length,
        )
        _log(question, "add", by)
    return question


def change_question(
    *,
    question: ApplicationQuestion,
    kind: str,
    labels: Words,
    helps: Words | None = None,
    required: bool = True,
    options: Sequence[Words] = (),
    max_length: int = 1000,
    by: User | None,
) -> ApplicationQuestion:
    """Change a question; a frozen one its words alone (`form_frozen`), each answer to choose in its place."""
    _refuse_options(kind, options)
    with transaction.atomic():
        held = _held(question.cohort)
        row = ApplicationQuestion.objects.get(pk=question.pk)
        frozen = is_frozen(held)
        asked = (kind, required, max_length if kind in TEXT_KINDS else row.max_length)
        if frozen and (
            asked != (row.kind, row.required, row.max_length) or len(options) != len(row.options)
        ):
            _refuse_frozen(held)
        row.kind, row.required, row.max_length = asked
        row.labels, row.helps = _written(labels), _written(helps or {})
        if frozen:
            row.options = [
                {"key": old["key"], **_written(new)}
                for old, new in zip(row.options, options, strict=True)
            ]
        else:
            row.options = _keyed(options, row.options) if kind in CHOICE_KINDS else []
        row.save()
        _log(row, "change", by)
    return row


def move_question(*, question: ApplicationQuestion, up: bool, by: User | None) -> None:
    """One place up or down; at the end nothing changes. Refused with `form_frozen`."""
    with transaction.atomic():
        held = _held(question.cohort)
        _refuse_frozen(held)
        rows = list(held.application_questions.order_by("position", "pk"))
        here = next(number for number, row in enumerate(rows) if row.pk == question.pk)
        there = here - 1 if up else here + 1
        if not 0 <= there < len(rows):
            return
        rows[here], rows[there] = rows[there], rows[here]
        for number, row in enumerate(rows, start=1):
            row.position = number
        ApplicationQuestion.objects.bulk_update(rows, ["position"])
        _log(question, "move", by)


def remove_question(*, question: ApplicationQuestion, by: User | None) -> None:
    """Ask it no longer; what drafts had answered goes with it. Refused with `form_frozen`."""
    with transaction.atomic():
        held = _held(question.cohort)
        _refuse_frozen(held)
        forget_stored(ApplicationFile.objects.filter(question=question))
        _log(question, "remove", by)
        ApplicationQuestion.objects.filter(pk=question.pk).delete()


def copy_form(*, source: Cohort, target: Cohort, by: User | None) -> int:
    """Ask in `target` what is asked in `source`, in the place of what was asked there; how many questions.

    Refused with `form_frozen`.
    """
    with transaction.atomic():
        held = _held(target)
        _refuse_frozen(held)
        forget_stored(ApplicationFile.objects.filter(question__cohort=held))
        held.application_questions.all().delete()
        AdmissionForm.objects.filter(cohort=held).delete()
        parts = AdmissionForm.objects.filter(cohort=source).first() or AdmissionForm(cohort=source)
        AdmissionForm.objects.create(cohort=held, **{name: getattr(parts, name) for name in PARTS})
        rows = [
            ApplicationQuestion(cohort=held, **row.snapshot())
            for row in source.application_questions.order_by("position", "pk")
        ]
        ApplicationQuestion.objects.bulk_create(rows)
        log(held, "cohorts.change_form", user=by, data={"copied_from": source.code})
    return len(rows)


def _held(cohort: Cohort) -> Cohort:
    return Cohort.objects.select_for_update().get(pk=cohort.pk)


def _refuse_frozen(cohort: Cohort) -> None:
    if is_frozen(cohort):
        raise DomainError(
            _("Somebody has applied with this form: from now on only its words can be mended."),
            "form_frozen",
        )


def _refuse_options(kind: str, options: Sequence[Words]) -> None:
    if kind in CHOICE_KINDS and len(options) < 2:
        raise DomainError(_("A choice needs two answers or more."), "too_few_options")


def _written(words: Words) -> dict[str, str]:
    return {code: text.strip() for code, text in words.items() if text.strip()}


def _keyed(options: Sequence[Words], before: list[dict]) -> list[dict]:
    """Options with keys; one that says the same in Italian keeps the key that drafts have chosen."""
    keys = {option.get("it"): option["key"] for option in before}
    free = max((int(option["key"]) for option in before), default=0)
    found = []
    for option in options:
        words = _written(option)
        key = keys.pop(words.get("it"), None)
        if key is None:
            free += 1
            key = str(free)
        found.append({"key": key, **words})
    return found


def _log(question: ApplicationQuestion, deed: str, by: User | None) -> None:
    data = {deed: question.pk, "question": question.labels.get("it", "")}
    log(question.cohort, "cohorts.change_form", user=by, data=data)
