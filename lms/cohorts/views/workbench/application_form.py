"""What the cohort asks of those who apply: standard parts, questions, their order, a look at it as an applicant."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from lms.cohorts import services, summary
from lms.cohorts.forms import CopyForm, PartsForm, QuestionForm, application_fields
from lms.cohorts.models import ApplicationQuestion, Cohort
from lms.cohorts.services.application_form import PARTS
from lms.cohorts.views.applications import FILE_WORDS, frame_of
from lms.cohorts.views.workbench.frame import Action, cohort_for, render_tab
from lms.core.errors import DomainError
from lms.core.typed import number_in


@require_safe
def application_form(request, pk):
    return page(request, cohort_for(request, pk))


def page(request, cohort: Cohort, *, status: int = 200, **bound):
    frozen = summary.is_frozen(cohort)
    context = {
        "questions": list(cohort.application_questions.order_by("position", "pk")),
        "frozen": frozen,
        "drafts": cohort.applications.filter(status="draft").count(),
        "parts": _parts_in_words(cohort) if frozen else (),
        "parts_form": _parts_form(cohort, None, frozen=frozen),
        "question_form": QuestionForm(),
        "copy_form": CopyForm(cohort=cohort),
        **bound,
    }
    return render_tab(request, cohort, "application_form", status=status, **context)


@require_http_methods(["GET", "HEAD", "POST"])
def question(request, pk, question_id):
    """Mend one question; of a frozen one its words."""
    cohort = cohort_for(request, pk)
    row = get_object_or_404(ApplicationQuestion, pk=question_id, cohort=cohort)
    frozen, status = summary.is_frozen(cohort), 200
    form = QuestionForm(
        request.POST if request.method == "POST" else None, question=row, frozen=frozen
    )
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                services.change_question(question=row, by=request.user, **form.words())
            except DomainError as refusal:
                form.add_error(None, refusal.message)
                status = 409
            else:
                messages.success(request, _("The question is changed."))
                return redirect("cohorts_admin:application_form", pk=cohort.pk)
    context = {
        "cohort": cohort,
        "question": row,
        "form": form,
        "frozen": frozen,
        "header_title": row.label,
        "header_subtitle": cohort.code,
        "header_icon": "help",
    }
    return render(request, "cohorts/admin/question.html", context, status=status)


@require_safe
def preview(request, pk):
    """The form as an applicant sees it, with nothing filled in and nothing to send."""
    cohort = cohort_for(request, pk)
    context = frame_of(cohort) | {
        "fields": application_fields(summary.asks_of(cohort), {"pool": summary.OPEN_SEATS}, {}, {}),
        "application": None,
        "preview": True,
        **FILE_WORDS,
    }
    return render(request, "cohorts/apply.html", context)


def _parts_in_words(cohort: Cohort) -> list[tuple[str, str]]:
    form = summary.admission_form(cohort)
    found = []
    for name in PARTS:
        value = getattr(form, f"get_{name}_display", lambda name=name: getattr(form, name))()
        if isinstance(value, bool):
            value = _("yes") if value else _("no")
        found.append((capfirst(form._meta.get_field(name).verbose_name), value))
    return found


def _parts_form(cohort: Cohort, data, *, frozen: bool | None = None) -> PartsForm:
    frozen = summary.is_frozen(cohort) if frozen is None else frozen
    return PartsForm(data, instance=summary.admission_form(cohort), frozen=frozen)


def _set_parts(request, cohort, form) -> str:
    services.set_parts(cohort=cohort, parts=form.cleaned_data, by=request.user)
    return _("The standard parts are set.")


def _add(request, cohort, form) -> str:
    services.add_question(cohort=cohort, by=request.user, **form.words())
    return _("The question is added, after the others.")


def _copy(request, cohort, form) -> str:
    source = form.cleaned_data["source"]
    number = services.copy_form(source=source, target=cohort, by=request.user)
    return _("Taken over from %(code)s: questions %(number)s.") % {
        "code": source.code,
        "number": number,
    }


def _row(request, cohort: Cohort) -> ApplicationQuestion:
    pk = number_in(request.POST.get("question", ""))
    row = cohort.application_questions.filter(pk=pk).first() if pk is not None else None
    if row is None:
        raise DomainError(_("This question is no longer there."), "unknown_question")
    return row


def _move(request, cohort, form) -> str:
    up = request.POST.get("to") == "up"
    services.move_question(question=_row(request, cohort), up=up, by=request.user)
    return _("The order is changed.")


def _remove(request, cohort, form) -> str:
    services.remove_question(question=_row(request, cohort), by=request.user)
    return _("The question is gone.")


ACTIONS = {
    "parti": Action(_set_parts, "application_form", page, form=_parts_form, name="parts_form"),
    "domanda": Action(
        _add,
        "application_form",
        page,
        form=lambda cohort, data: QuestionForm(data),
        name="question_form",
    ),
    "copia-domande": Action(
        _copy,
        "application_form",
        page,
        form=lambda cohort, data: CopyForm(data, cohort=cohort),
        name="copy_form",
    ),
    "sposta-domanda": Action(_move, "application_form", page),
    "togli-domanda": Action(_remove, "application_form", page),
}
