"""The register and the issuing pages in the Wagtail admin's menu."""

from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.base import ViewSet, ViewSetGroup
from wagtail.admin.viewsets.model import ModelViewSet

from certificates.models import Certificate
from certificates.views import admin


class RegisterView(generic.IndexView):
    """Rows lead to the certificate's own page."""

    def get_base_queryset(self):
        return super().get_base_queryset().select_related("enrolment__cohort")

    def get_edit_url(self, instance):
        return reverse("certificates_admin:certificate", args=[instance.pk])

    def get_list_buttons(self, instance):
        return []


class CertificateViewSet(ModelViewSet):
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
        Column("label", label=_("Number"), sort_key="number"),
        Column("holder", label=_("Person")),
        Column("get_kind_display", label=_("Kind")),
        Column("enrolment.cohort", label=_("Cohort"), accessor="enrolment.cohort"),
        DateColumn("issued_at", label=_("Issued at"), sort_key="issued_at"),
        Column("get_status_display", label=_("Status")),
    ]
    list_filter = ["kind", "status", "year", "enrolment__cohort"]
    search_fields = [
        "code",
        "enrolment__code",
        "enrolment__user__last_name",
        "enrolment__user__first_name",
    ]
    ordering = ["-year", "-number"]


class IssueMenuItem(MenuItem):
    def is_shown(self, request):
        return request.user.has_perm("certificates.issue")


class IssueViewSet(ViewSet):
    name = "certificates_admin"
    url_prefix = "attestati"
    icon = "tick"
    menu_label = _("Issue")
    menu_item_class = IssueMenuItem

    def get_urlpatterns(self):
        return [
            path("", admin.cohorts, name="cohorts"),
            path("<int:pk>/", admin.cohort, name="cohort"),
            path("<int:pk>/rilascia/", admin.issue, name="issue"),
            path("<int:pk>/rilascia-a-tutti/", admin.issue_all, name="issue_all"),
            path("lavori/<int:pk>/", admin.job, name="job"),
            path("registro/<int:pk>/", admin.certificate, name="certificate"),
        ]


class CertificateGroup(ViewSetGroup):
    menu_label = _("Certificates")
    menu_icon = "doc-full"
    menu_order = 230
    items = (IssueViewSet(), CertificateViewSet())
