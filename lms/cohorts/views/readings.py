"""What a reader sees: applications under a number, without their person. Nothing here loads a name to show."""

from itertools import groupby

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from lms.cohorts import services
from lms.cohorts.choices import ApplicationStatus
from lms.cohorts.forms import ConflictForm, ReadingForm
from lms.cohorts.models import Reading
from lms.cohorts.summary.selection import (
    blind_application,
    blind_files,
    highest_total,
    other_readings,
    rows_of,
    selection_of,
    total_of,
)
from lms.cohorts.views.application_files import file_response
from lms.core.errors import DomainError


def _mine(request, pk: int) -> Reading:
    """The reader's own; anybody else's answers as one that does not exist."""
    rows = (
        Reading.objects.visible_to(request.user)
        .select_related(
            "reader",
            "application__cohort__course",
            "application__dossier",
            "application__user",
            "application__organisation",
        )
        .prefetch_related("scores")
    )
    return get_object_or_404(_to_read(rows), pk=pk)


def _to_read(rows):
    """Handed in, or still waiting: what was decided or taken back meanwhile is nobody's to read."""
    return rows.filter(
        Q(submitted_at__isnull=False) | Q(application__status=ApplicationStatus.SUBMITTED)
    )


@never_cache
@login_required
@require_safe
def readings(request):
    """Everything that a person has to read and has read, by cohort; the number of queries never grows."""
    rows = (
        _to_read(Reading.objects.visible_to(request.user))
        .select_related("application__cohort__course", "application__dossier")
        .annotate(given=Count("scores", filter=Q(scores__points__isnull=False)))
        .order_by("application__cohort__starts_on", "application__cohort", "application__dossier__number")
    )  # fmt: skip
    groups = []
    for cohort, found in groupby(rows, key=lambda row: row.application.cohort):
        mine = list(found)
        done = sum(row.submitted_at is not None for row in mine)
        groups.append(
            {
                "cohort": cohort,
                "readings": mine,
                "done": done,
                "next": next((row for row in mine if not row.submitted_at), None),
            }
        )
    return render(request, "cohorts/readings.html", {"groups": groups})


@never_cache
@login_required
def reading(request, pk):
    row = _mine(request, pk)
    cohort = row.application.cohort
    criteria = list(cohort.criteria.all())
    form = ReadingForm(
        request.POST if request.method == "POST" else None, reading=row, criteria=criteria
    )
    if request.method == "POST" and form.is_valid():
        given = {"scores": form.scores(), "comment": form.cleaned_data["comment"]}
        try:
            if "hand_in" in request.POST:
                services.submit_reading(reading=row, by=request.user, **given)
                messages.success(request, _("Handed in. Thank you for reading."))
            else:
                services.save_reading(reading=row, **given)
                messages.success(request, _("The draft is saved."))
        except DomainError as refusal:
            form.add_error(None, refusal.message)
        else:
            return redirect("cohorts:reading", pk=row.pk)
    context = {
        "reading": row,
        "cohort": cohort,
        "blind": blind_application(row.application, files=selection_of(cohort).show_files),
        "form": form,
        "conflict_form": ConflictForm(auto_id="conflict_%s"),
        "own": rows_of(row, criteria),
        "total": total_of(row, criteria),
        "highest": highest_total(criteria),
        "others": other_readings(row, criteria),
        "criteria": criteria,
    }
    return render(request, "cohorts/reading.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def conflict(request, pk):
    """The reader knows whose it is, or has an interest: the application goes to somebody else."""
    row = _mine(request, pk)
    form = ConflictForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    try:
        services.declare_conflict(reading=row, reason=reason, by=request.user)
    except DomainError as refusal:
        messages.error(request, refusal.message)
        return redirect("cohorts:reading", pk=row.pk)
    messages.success(request, _("Thank you for saying so: somebody else will read it."))
    return redirect("cohorts:readings")


@never_cache
@login_required
@require_safe
def reading_file(request, pk, number):
    """A file of the application under a neutral name, only where the administrators let readers open files."""
    row = _mine(request, pk)
    if not selection_of(row.application.cohort).show_files:
        raise Http404
    found = next((file for file in blind_files(row.application) if file.number == number), None)
    if found is None:
        raise Http404
    return file_response(found.row, found.name)
