"""The rubric, the readers and the rules by which a cohort chooses."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from lms.cohorts import services
from lms.cohorts.forms.selection import (
    CopyRubricForm,
    CriterionForm,
    ReaderForm,
    SelectionRulesForm,
)
from lms.cohorts.models import Cohort
from lms.cohorts.summary.selection import (
    highest_total,
    reader_loads,
    reading_states,
    selection_of,
)
from lms.cohorts.views.workbench.frame import Action, cohort_for, render_tab
from lms.core.errors import DomainError
from lms.core.typed import number_in


@require_safe
def selection(request, pk):
    return page(request, cohort_for(request, pk))


def page(request, cohort: Cohort, *, status: int = 200, **bound):
    rules = selection_of(cohort)
    criteria = list(cohort.criteria.all())
    states = reading_states(cohort)
    context = {
        "part": "selection",
        "rules": rules,
        "criteria": criteria,
        "highest": highest_total(criteria),
        "loads": reader_loads(cohort),
        "missing": sum(len(state.missing) for state in states),
        "waiting": len(states),
        "rules_form": SelectionRulesForm(instance=rules),
        "reader_form": ReaderForm(),
        "copy_form": CopyRubricForm(cohort=cohort),
        **bound,
    }
    return render_tab(
        request, cohort, "applications", status=status, template="selection", **context
    )


def criterion(request, pk, criterion_id=None):
    """A new criterion, or one to change; both languages on one page."""
    cohort = cohort_for(request, pk)
    row = get_object_or_404(cohort.criteria, pk=criterion_id) if criterion_id else None
    form = CriterionForm(
        request.POST if request.method == "POST" else None,
        initial=CriterionForm.initial_of(row) if row else None,
    )
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                services.save_criterion(
                    cohort=cohort, criterion=row, by=request.user, **form.facts()
                )
            except DomainError as refusal:
                form.add_error(None, refusal.message)
                status = 409
            else:
                messages.success(request, _("The rubric is saved."))
                return redirect("cohorts_admin:selection", pk=cohort.pk)
    return render_tab(
        request,
        cohort,
        "applications",
        status=status,
        template="criterion",
        part="selection",
        criterion=row,
        form=form,
    )


def _chosen(rows, request, name: str):
    found = rows.filter(pk=number_in(request.POST.get(name, "")) or 0).first()
    if found is None:
        raise DomainError(_("Choose from the list: it has changed meanwhile."), "unknown")
    return found


def _raise(request, cohort, form) -> str:
    services.raise_criterion(
        criterion=_chosen(cohort.criteria, request, "criterion"), by=request.user
    )
    return _("The rubric is saved.")


def _remove(request, cohort, form) -> str:
    services.remove_criterion(
        criterion=_chosen(cohort.criteria, request, "criterion"), by=request.user
    )
    return _("The criterion is gone.")


def _copy(request, cohort, form) -> str:
    rows = services.copy_rubric(cohort=cohort, source=form.cleaned_data["source"], by=request.user)
    return _("Criteria copied: %(number)s.") % {"number": len(rows)}


def _rules(request, cohort, form) -> str:
    services.set_selection_rules(cohort=cohort, by=request.user, **form.cleaned_data)
    return _("The rules are saved.")


def _add_reader(request, cohort, form) -> str:
    reader = services.add_reader(cohort=cohort, user=form.cleaned_data["user"], by=request.user)
    return _("%(person)s can read.") % {"person": reader.user}


def _remove_reader(request, cohort, form) -> str:
    reader = _chosen(cohort.readers.select_related("user"), request, "reader")
    given = services.remove_reader(reader=reader, by=request.user)
    return _("%(person)s reads no more; readings given to others: %(number)s.") % {
        "person": reader.user,
        "number": len(given),
    }


def _assign(request, cohort, form) -> str:
    made = services.assign_readers(cohort=cohort, by=request.user)
    return ngettext("%(number)s reading given.", "%(number)s readings given.", len(made)) % {
        "number": len(made)
    }


ACTIONS = {
    "alza-criterio": Action(_raise, "selection", page),
    "togli-criterio": Action(_remove, "selection", page),
    "copia-griglia": Action(
        _copy,
        "selection",
        page,
        form=lambda cohort, data: CopyRubricForm(data, cohort=cohort),
        name="copy_form",
    ),
    "regole": Action(
        _rules,
        "selection",
        page,
        form=lambda cohort, data: SelectionRulesForm(data, instance=selection_of(cohort)),
        name="rules_form",
    ),
    "lettore": Action(
        _add_reader,
        "selection",
        page,
        form=lambda cohort, data: ReaderForm(data),
        name="reader_form",
    ),
    "togli-lettore": Action(_remove_reader, "selection", page),
    "assegna": Action(_assign, "selection", page),
}
