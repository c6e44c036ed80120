"""Who asked to come, how far the reading of each is, and choosing whom to answer."""

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.views.decorators.http import require_safe

from lms.cohorts.choices import APPLIED, ApplicationStatus
from lms.cohorts.models import Application, Cohort
from lms.cohorts.summary.rankings import places_in_force
from lms.cohorts.summary.seats import seats_by_pool
from lms.cohorts.summary.selection import ReadingState, reading_state, selection_of, with_readings
from lms.cohorts.summary.waiting import waiting_line
from lms.cohorts.views.workbench.frame import cohort_for, render_tab

PER_PAGE = 100


@dataclass(frozen=True, slots=True)
class ApplicationRow:
    """One line of the tab. `readings` None: nobody was asked to read it; `in_line`: place in the waiting list."""

    application: Application
    readings: ReadingState | None
    place: int | None
    in_line: int | None

    @property
    def open(self) -> bool:
        return self.application.status in (
            ApplicationStatus.SUBMITTED,
            ApplicationStatus.WAITLISTED,
            ApplicationStatus.LAPSED,
        )


@require_safe
def applications(request, pk):
    return page(request, cohort_for(request, pk))


def page(request, cohort: Cohort, *, status: int = 200):
    """The applications that were sent, a hundred to a page; the number of queries never grows."""
    found = (
        with_readings(cohort.applications.filter(status__in=APPLIED))
        .select_related("user", "pool")
        .order_by("submitted_at", "pk")
    )
    page_obj = Paginator(found, PER_PAGE).get_page(request.GET.get("p"))
    criteria, over = list(cohort.criteria.all()), selection_of(cohort).third_over
    places = places_in_force(cohort)
    line = {row: n for n, row in enumerate(waiting_line(cohort).values_list("pk", flat=True), 1)}
    seats = seats_by_pool(cohort)
    rows = [
        ApplicationRow(
            row,
            reading_state(row, criteria, third_over=over) if row.live_readings else None,
            places[row.pk]["place"] if row.pk in places else None,
            line.get(row.pk),
        )
        for row in page_obj
    ]
    return render_tab(
        request,
        cohort,
        "applications",
        status=status,
        part="applications",
        rows=rows,
        page_obj=page_obj,
        seats=seats,
        pools=bool(seats.pools),
    )
