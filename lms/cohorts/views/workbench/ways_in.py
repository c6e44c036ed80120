"""Ways into a cohort beside the application: rosters, keys, seats given to organisations."""

from django.conf import settings
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from lms.cohorts import services
from lms.cohorts.forms import GrantForm, KeyForm, RosterForm
from lms.cohorts.models import Cohort, EnrolmentKey
from lms.cohorts.summary import seats_by_pool
from lms.cohorts.views.workbench.frame import Action, cohort_for, render_tab
from lms.core.errors import DomainError
from lms.core.typed import number_in


@require_safe
def ways_in(request, pk):
    return page(request, cohort_for(request, pk))


def page(request, cohort: Cohort, *, status: int = 200, **bound):
    today = timezone.localdate()
    context = {
        "takes_people": cohort.opened_at and not cohort.cancelled_at,
        "seats": seats_by_pool(cohort),
        "rosters": cohort.rosters.select_related("by")[:10],
        "keys": cohort.keys.select_related("pool", "organisation"),
        "grants": cohort.grants.counted().select_related("organisation", "pool", "contact"),
        "roster_form": RosterForm(),
        "key_form": KeyForm(cohort=cohort, initial={"first_day": today, "uses": 1}),
        "grant_form": GrantForm(cohort=cohort),
        **bound,
    }
    return render_tab(request, cohort, "ways_in", status=status, **context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def key(request, pk, key_id):
    """One key: who used it; by POST revoked, or given another link."""
    cohort = cohort_for(request, pk)
    row = get_object_or_404(
        EnrolmentKey.objects.select_related("pool", "organisation", "created_by"),
        pk=key_id,
        cohort=cohort,
    )
    link = ""
    if request.method == "POST":
        if "renew" in request.POST:
            link = link_of(services.renew_link(key=row, by=request.user))
        elif "revoke" in request.POST:
            services.revoke_key(key=row, by=request.user)
            messages.success(request, _("The key is revoked: nobody comes in by it any more."))
            return redirect("cohorts_admin:ways_in", cohort.pk)
    context = {
        "cohort": cohort,
        "key": row,
        "link": link,
        "uses": row.use_rows.select_related("enrolment__user"),
        "header_title": row.name,
        "header_subtitle": cohort.code,
        "header_icon": "key",
    }
    return render(request, "cohorts/admin/key.html", context)


def link_of(token: str) -> str:
    """The address to hand out: it leads readers of either language to the page in Italian first."""
    with translation.override("it"):
        return f"{settings.SITE_URL}{reverse('cohorts:key_link', args=[token])}"


def _make_key(request, cohort, form) -> str:
    made, token = services.make_key(cohort=cohort, by=request.user, **form.cleaned_data)
    return _("The key is %(code)s. Its link, told this once: %(link)s") % {
        "code": made.code,
        "link": link_of(token),
    }


def _give_seats(request, cohort, form) -> str:
    grant = services.give_seats(cohort=cohort, by=request.user, **form.cleaned_data)
    return _("%(organisation)s has the seats: we have written to %(email)s.") % {
        "organisation": grant.organisation,
        "email": form.cleaned_data["contact_email"],
    }


def _end_grant(request, cohort, form) -> str:
    grant = cohort.grants.filter(pk=number_in(request.POST.get("grant", ""))).first()
    if grant is None:
        raise DomainError(_("Choose the seats from the list."), "unknown")
    services.end_grant(grant=grant, by=request.user)
    return _("The seats that nobody took are free again.")


ACTIONS = {
    "chiave": Action(
        _make_key, "ways_in", page,
        form=lambda cohort, data: KeyForm(data, cohort=cohort), name="key_form",
    ),
    "posti-ente": Action(
        _give_seats, "ways_in", page,
        form=lambda cohort, data: GrantForm(data, cohort=cohort), name="grant_form",
    ),
    "chiudi-posti": Action(_end_grant, "ways_in", page),
}  # fmt: skip
