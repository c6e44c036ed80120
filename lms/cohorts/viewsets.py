"""Cohorts and organisations in the Wagtail admin."""

import django_filters
from django.contrib import messages
from django.db import transaction
from django.db.models import ProtectedError
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet, ModelViewSetGroup

from cms.viewsets import QuietViewSet
from lms.accounts.models import Organisation
from lms.cohorts.choices import Phase
from lms.cohorts.forms import CohortForm
from lms.cohorts.models import Closure, Cohort, ManagerAssignment, Room


class CohortFilterSet(WagtailFilterSet):
    """The archived show when they are asked for."""

    phase = django_filters.ChoiceFilter(
        label=_("State"),
        choices=Phase.choices,
        method="in_phase",
        empty_label=_("All but archived"),
    )

    class Meta:
        model = Cohort
        fields = ["mode"]

    def in_phase(self, queryset, name, value):
        return queryset.in_phases([value])

    def filter_queryset(self, queryset):
        queryset = super().filter_queryset(queryset)
        return queryset if self.form.cleaned_data.get("phase") else queryset.in_sight()


class CohortIndexView(generic.IndexView):
    """The title leads to the workbench; editing the cohort's own fields is one click further."""

    def get_edit_url(self, instance):
        return reverse("cohorts_admin:workbench", args=[instance.pk])


class CohortCreateView(generic.CreateView):
    def get_success_url(self):
        return reverse("cohorts_admin:workbench", args=[self.object.pk])


class CohortEditView(generic.EditView):
    """Seats are judged and saved while nobody can take one."""

    def post(self, request, *args, **kwargs):
        with transaction.atomic():
            Cohort.objects.select_for_update().filter(pk=self.kwargs["pk"]).first()
            return super().post(request, *args, **kwargs)

    def get_success_url(self):
        return reverse("cohorts_admin:workbench", args=[self.object.pk])


class CohortDeleteView(generic.DeleteView):
    """A cohort with people or sessions is history: it is called off, not deleted."""

    def form_valid(self, form):
        try:
            return super().form_valid(form)
        except ProtectedError:
            messages.error(
                self.request, _("This cohort has a history and is kept: you can call it off.")
            )
            return redirect("cohorts_admin:workbench", pk=self.object.pk)


class RoomDeleteView(generic.DeleteView):
    """A room where sessions were held is history: it is taken out of use, not deleted."""

    def form_valid(self, form):
        try:
            return super().form_valid(form)
        except ProtectedError:
            messages.error(
                self.request,
                _("Sessions are held in this room, so it is kept: you can take it out of use."),
            )
            return redirect("room:edit", pk=self.object.pk)


class OrganisationDeleteView(generic.DeleteView):
    """An organisation to which seats were given is on record, whoever took them."""

    def form_valid(self, form):
        try:
            return super().form_valid(form)
        except ProtectedError:
            messages.error(
                self.request,
                _("Seats were given to this organisation, so it is kept: you can change its name."),
            )
            return redirect("organisation:edit", pk=self.object.pk)


class CohortViewSet(QuietViewSet, ModelViewSet):
    model = Cohort
    name = "cohort"
    icon = "group"
    menu_label = _("Cohorts")
    index_view_class = CohortIndexView
    add_view_class = CohortCreateView
    edit_view_class = CohortEditView
    delete_view_class = CohortDeleteView
    copy_view_enabled = False
    list_display = [
        "code",
        Column("title", label=_("Course")),
        Column("phase_label", label=_("State")),
        "starts_on",
        "ends_on",
        "seats",
    ]
    filterset_class = CohortFilterSet
    search_fields = ["code"]
    ordering = ["-starts_on", "code"]

    def get_form_class(self, for_update=False):
        return CohortForm


class OrganisationViewSet(QuietViewSet, ModelViewSet):
    model = Organisation
    name = "organisation"
    icon = "home"
    menu_label = _("Organisations")
    form_fields = ["name", "kind"]
    list_display = ["name", "kind"]
    list_filter = ["kind"]
    search_fields = ["name"]
    copy_view_enabled = False
    delete_view_class = OrganisationDeleteView


class ManagerAssignmentViewSet(QuietViewSet, ModelViewSet):
    model = ManagerAssignment
    name = "manager_assignment"
    icon = "key"
    menu_label = _("Managers’ scopes")
    form_fields = ["user", "cohort", "organisation"]
    list_display = ["user", "cohort", "organisation"]
    copy_view_enabled = False


class RoomViewSet(QuietViewSet, ModelViewSet):
    model = Room
    name = "room"
    icon = "site"
    menu_label = _("Rooms")
    form_fields = [
        "name", "address", "capacity", "latitude", "longitude", "directions_it", "directions_en",
        "accessibility_it", "accessibility_en", "active",
    ]  # fmt: skip
    list_display = ["name", "address", "capacity", BooleanColumn("active", label=_("in use"))]
    list_filter = ["active"]
    search_fields = ["name", "address"]
    copy_view_enabled = False
    delete_view_class = RoomDeleteView


class ClosureViewSet(QuietViewSet, ModelViewSet):
    """Days on which the house is closed: the planner leaves them out."""

    model = Closure
    name = "closure"
    icon = "date"
    menu_label = _("Closures of the house")
    form_fields = ["first_day", "last_day", "reason"]
    list_display = ["reason", "first_day", "last_day"]
    ordering = ["-first_day"]
    copy_view_enabled = False


class CohortGroup(ModelViewSetGroup):
    menu_label = _("Cohorts")
    menu_icon = "group"
    menu_order = 210
    items = (
        CohortViewSet(),
        RoomViewSet(),
        ClosureViewSet(),
        OrganisationViewSet(),
        ManagerAssignmentViewSet(),
    )
