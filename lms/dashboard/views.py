"""My page: what is next and where I stand; for staff, today's work and their cohorts at a glance."""

from django.contrib.auth.decorators import login_required
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from curriculum.outline import catalogue_address
from lms.dashboard.summary import my_page


@never_cache
@login_required
@require_safe
def home(request):
    """`?edizione=CODE` shows that cohort of the reader's in full; another's code changes nothing."""
    page = my_page(request.user, chosen=request.GET.get("edizione", ""))
    context = {
        "page": None,  # no Wagtail page: the frame asks
        "mine": page,
        "board": page.learner,
        "main": page.learner.main,
        "catalogue": catalogue_address() if page.learner.empty and not page.staff else "",
    }
    return render(request, "dashboard/home.html", context)
