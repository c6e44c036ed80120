"""The register in the Wagtail admin."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet

from certificates.models import Certificate
from cms.viewsets import QuietViewSet


class RegisterView(generic.IndexView):
    """Rows lead to the certificate's own page."""

    def get_base_queryset(self):
        return super().get_base_queryset().select_related("enrolment__cohort")

    def get_edit_url(self, instance):
        return reverse("certificates_admin:certificate", args=[instance.pk])

    def get_list_buttons(self, instance):
        return []


class RegisterFilterSet(WagtailFilterSet):
    class Meta:
        model = Certificate
        fields = ["kind", "status", "year", "enrolment__cohort"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.filters["enrolment__cohort"].label = _("Cohort")


class CertificateViewSet(QuietViewSet, ModelViewSet):
    """Read-only: the policy grants nothing but looking (`wagtail_hooks`)."""

    model = Certificate
    name = "certificate"
    icon = "doc-full"
    menu_label = _("Register")
    index_view_class = RegisterView
    form_fields: list[str] = []
    copy_view_enabled = False
    inspect_view_enabled = False
    list_display = [
        TitleColumn(
            "label", label=_("Number"), sort_key="number", url_name="certificates_admin:certificate"
        ),
        Column("holder", label=_("Person")),
        Column("get_kind_display", label=_("Kind")),
        Column("enrolment.cohort", label=_("Cohort"), accessor="enrolment.cohort"),
        DateColumn("issued_at", label=_("Issued at"), sort_key="issued_at"),
        Column("get_status_display", label=_("Status")),
    ]
    filterset_class = RegisterFilterSet
    search_fields = [
        "code",
        "enrolment__code",
        "enrolment__user__last_name",
        "enrolment__user__first_name",
    ]
    ordering = ["-year", "-number"]
