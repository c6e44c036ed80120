"""The administrator's page of one cohort in the Wagtail admin, in tabs; every action is one service."""

from django.http import Http404
from django.views.decorators.http import require_POST

from lms.cohorts.views.workbench import (
    application_form,
    enrolments,
    fees,
    overview,
    ranking,
    selection,
    sessions,
    staff,
    state,
    waiting,
    ways_in,
)
from lms.cohorts.views.workbench.frame import Action, carry_out, cohort_for

ACTIONS: dict[str, Action] = {
    **overview.ACTIONS,
    **state.ACTIONS,
    **selection.ACTIONS,
    **ranking.ACTIONS,
    **waiting.ACTIONS,
    **application_form.ACTIONS,
    **enrolments.ACTIONS,
    **ways_in.ACTIONS,
    **fees.ACTIONS,
    **sessions.ACTIONS,
    **staff.ACTIONS,
}


@require_POST
def act(request, pk, action):
    """Carry out one of `ACTIONS`."""
    cohort = cohort_for(request, pk)
    if action not in ACTIONS:
        raise Http404
    return carry_out(request, cohort, ACTIONS[action])
