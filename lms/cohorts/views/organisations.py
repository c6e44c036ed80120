"""An organisation's own page: its seats, whom it invited, who accepted. And a learner's own fee."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from lms.accounts.choices import Role
from lms.cohorts import services
from lms.cohorts.forms import AddressesForm
from lms.cohorts.models import Enrolment, SeatGrant
from lms.cohorts.summary import fee_standing
from lms.core.errors import DomainError
from lms.core.typed import number_in


@never_cache
@login_required
@require_safe
def grants(request):
    """The seats of the organisations that the reader answers for; to others there is no such page."""
    if not request.user.has_role(Role.ADMINISTRATOR, Role.MANAGER):
        raise Http404
    rows = SeatGrant.objects.visible_to(request.user).counted()
    rows = list(rows.select_related("cohort__course", "organisation", "pool")[:200])
    return render(request, "cohorts/grants.html", {"grants": rows})


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def grant(request, pk):
    """Invite people to the seats, see who came, take an invitation back."""
    rows = SeatGrant.objects.visible_to(request.user).counted()
    row = get_object_or_404(rows.select_related("cohort__course", "organisation", "pool"), pk=pk)
    form, status = AddressesForm(), 200
    if request.method == "POST":
        if "take_back" in request.POST:
            return _take_back(request, row)
        form, status = AddressesForm(request.POST), 422
        if form.is_valid():
            try:
                made = services.invite_to_seats(
                    grant=row, emails=form.cleaned_data["addresses"], by=request.user,
                    language=request.user.language,
                )  # fmt: skip
            except DomainError as refusal:
                form.add_error("addresses", refusal.message)
                status = 409
            else:
                messages.success(
                    request,
                    ngettext(
                        "%(number)s invitation is on its way.",
                        "%(number)s invitations are on their way.",
                        len(made),
                    )
                    % {"number": len(made)},
                )
                return redirect("cohorts:grant", pk=row.pk)
    context = {
        "grant": row,
        "form": form,
        "invitations": row.invitations.select_related("enrolment__user").order_by("-created_at"),
    }
    return render(request, "cohorts/grant.html", context, status=status)


def _take_back(request, row: SeatGrant):
    invitation = row.invitations.filter(pk=number_in(request.POST["take_back"])).first()
    if invitation is None:
        raise Http404
    try:
        services.take_back_invitation(invitation=invitation, by=request.user)
        messages.success(request, _("The invitation is taken back: the seat is yours to give."))
    except DomainError as refusal:
        messages.error(request, refusal.message)
    return redirect("cohorts:grant", pk=row.pk)


@never_cache
@login_required
@require_safe
def fee(request, code):
    """What the reader owes for a cohort, and what came in."""
    enrolment = get_object_or_404(
        Enrolment.objects.select_related("cohort__course"), cohort__code=code, user=request.user
    )
    context = {
        "cohort": enrolment.cohort,
        "enrolment": enrolment,
        "standing": fee_standing(enrolment),
    }
    return render(request, "cohorts/fee.html", context)
