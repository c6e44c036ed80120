"""The ranking: made, looked at, exported; decisions that follow it or do not, seen before they are sent."""

import csv
import io

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from lms.cohorts import services
from lms.cohorts.choices import ApplicationStatus
from lms.cohorts.forms.selection import OUTCOMES, DecisionsForm, ProposalForm, RankingForm
from lms.cohorts.models import Cohort, Ranking
from lms.cohorts.summary.decisions import letters_of, proposed
from lms.cohorts.summary.rankings import ranked_rows, ranking_in_force, unread
from lms.cohorts.summary.seats import seats_by_pool
from lms.cohorts.views.workbench.frame import Action, cohort_for, render_tab
from lms.core.cells import safe_text
from lms.core.errors import DomainError
from lms.core.typed import number_in


@require_safe
def ranking(request, pk):
    return page(request, cohort_for(request, pk))


def page(request, cohort: Cohort, *, status: int = 200, **bound):
    found = ranking_in_force(cohort)
    rows = ranked_rows(found) if found else []
    context = {
        "part": "ranking",
        "ranking": found,
        "rows": rows,
        "undecided": sum(row.undecided for row in rows),
        "history": cohort.rankings.select_related("by").order_by("-number"),
        "unread": unread(cohort),
        "seats": seats_by_pool(cohort),
        "ranking_form": RankingForm(),
        "proposal_form": ProposalForm(),
        **bound,
    }
    return render_tab(request, cohort, "applications", status=status, template="ranking", **context)


COLUMNS = [
    "posto", "cognome", "nome", "email", "posti_richiesti", "punteggio", "primo_criterio",
    "letture", "inviata", "stato", "posto_assegnato",
]  # fmt: skip


@never_cache
@require_safe
def ranking_csv(request, pk, number):
    """A ranking as a file for spreadsheets: columns in Italian as in the reports, text that stays text."""
    cohort = cohort_for(request, pk)
    found = get_object_or_404(Ranking, cohort=cohort, number=number)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in ranked_rows(found):
        one = row.application
        writer.writerow(
            safe_text(cell)
            for cell in [
                row.place,
                one.user.last_name if one else "",
                one.user.first_name if one else "",
                one.user.email if one else "",
                one.pool.get_kind_display() if one and one.pool else "",
                row.score,
                row.first,
                " ".join(str(total) for total in row.readings),
                one.submitted_at.isoformat() if one else "",
                one.get_status_display() if one else "",
                row.seat,
            ]
        )
    response = HttpResponse(out.getvalue().encode(), content_type="text/csv; charset=utf-8")
    name = f"graduatoria-{cohort.code}-{found.number}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_POST
def decisions(request, pk):
    """First what would be sent to whom; then, confirmed, all of it or nothing."""
    cohort = cohort_for(request, pk)
    form = DecisionsForm(request.POST)
    outcomes = form.outcomes or _asked(request, cohort)
    if not outcomes:
        messages.error(request, _("Choose at least one application."))
        return redirect("cohorts_admin:applications", pk=cohort.pk)
    if "confirm" not in request.POST:
        return preview(request, cohort, outcomes, DecisionsForm(initial=_typed(request)))
    if not form.is_valid():
        return preview(request, cohort, outcomes, form, status=422)
    try:
        done = services.decide(
            cohort=cohort, outcomes=outcomes, by=request.user, **form.cleaned_data
        )
    except DomainError as refusal:
        form.add_error("against" if refusal.code == "reason_needed" else None, refusal.message)
        return preview(request, cohort, outcomes, form, status=409)
    messages.success(
        request,
        _("Admitted: %(admitted)s. On the waiting list: %(waiting)s. Declined: %(declined)s.")
        % {"admitted": done.admitted, "waiting": done.waitlisted, "declined": done.declined},
    )
    return redirect("cohorts_admin:applications", pk=cohort.pk)


def preview(request, cohort: Cohort, outcomes, form: DecisionsForm, *, status: int = 200):
    letters = letters_of(cohort, outcomes)
    return render_tab(
        request,
        cohort,
        "applications",
        status=status,
        template="decisions",
        part="applications",
        letters=letters,
        against=sum(letter.against for letter in letters),
        form=form,
        seats=seats_by_pool(cohort),
        counts=[
            {
                "label": outcome.label,
                "number": sum(letter.outcome == outcome for letter in letters),
            }
            for outcome in OUTCOMES
        ],
    )


def _asked(request, cohort: Cohort) -> dict[int, str]:
    """The chosen rows with the outcome of the button that was pressed, or what the ranking proposes."""
    if "proposal" in request.POST:
        form = ProposalForm(request.POST)
        waiting = form.cleaned_data["waiting"] if form.is_valid() else None
        return proposed(cohort, waiting=waiting)
    outcome = request.POST.get("outcome", "")
    if outcome not in OUTCOMES:
        return {}
    pks = {number_in(text) for text in request.POST.getlist("application")} - {None}
    known = cohort.applications.filter(pk__in=pks).exclude(status=ApplicationStatus.DRAFT)
    return dict.fromkeys(known.values_list("pk", flat=True), ApplicationStatus(outcome))


def _typed(request) -> dict[str, str]:
    return {"reason": request.POST.get("reason", "").replace("\x00", "")[:300]}


def _make(request, cohort, form) -> str:
    made = services.make_ranking(
        cohort=cohort, by=request.user, leave_out_unread=form.cleaned_data["leave_out_unread"]
    )
    return _("Ranking %(number)s is made: applications in it %(rows)s.") % {
        "number": made.number,
        "rows": len(made.data["outcome"]),
    }


ACTIONS = {
    "graduatoria": Action(
        _make, "ranking", page, form=lambda cohort, data: RankingForm(data), name="ranking_form"
    ),
}
