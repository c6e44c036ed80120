"""My page: what is next, where I stand; for staff, today's sessions and the registers."""

from django.contrib.auth.decorators import login_required
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from curriculum.outline import catalogue_address
from lms.dashboard.summary import learner_board, staff_board


@never_cache
@login_required
@require_safe
def home(request):
    """`?edizione=CODE` shows that cohort of the reader's in full; another's code changes nothing."""
    staff = staff_board(request.user)
    board = learner_board(
        request.user, chosen=request.GET.get("edizione", ""), brief=staff is not None
    )
    if board.main and staff is not None:
        staff = None
    context = {
        "board": board,
        "main": board.main,
        "staff": staff,
        "catalogue": catalogue_address() if board.empty else "",
    }
    return render(request, "dashboard/home.html", context)
