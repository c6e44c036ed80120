"""The waiting list as administrators see it: who is in line, what was offered, and closing it."""

from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from lms.cohorts import services
from lms.cohorts.models import Cohort, Offer
from lms.cohorts.summary.seats import seats_by_pool
from lms.cohorts.summary.selection import selection_of
from lms.cohorts.summary.waiting import last_day_of_offers, list_moves, waiting_line
from lms.cohorts.views.workbench.frame import Action, cohort_for, render_tab


@require_safe
def waiting(request, pk):
    return page(request, cohort_for(request, pk))


def page(request, cohort: Cohort, *, status: int = 200):
    rules = selection_of(cohort)
    offers = (
        Offer.objects.filter(application__cohort=cohort)
        .select_related("application__user", "pool")
        .order_by("-made_at", "-pk")
    )
    context = {
        "part": "waiting",
        "line": waiting_line(cohort),
        "offers": offers,
        "rules": rules,
        "moves": list_moves(cohort, rules, timezone.localdate()),
        "last_day": last_day_of_offers(cohort, rules),
        "seats": seats_by_pool(cohort),
    }
    return render_tab(request, cohort, "applications", status=status, template="waiting", **context)


def _close(request, cohort, form) -> str:
    told = services.close_waiting_list(cohort=cohort, by=request.user)
    return _("The waiting list is closed; people told: %(number)s.") % {"number": len(told)}


ACTIONS = {"chiudi-lista": Action(_close, "waiting", page)}
