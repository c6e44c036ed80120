"""Where certificates meet the Wagtail admin: the menu, the read-only policy, names in the audit trail."""

from django.urls import path
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSet, ViewSetGroup
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy

from certificates.models import Certificate
from certificates.views import admin
from certificates.viewsets import CertificateViewSet
from lms.core.audit import name_log_actions

name_log_actions(
    {
        "certificates.issue": (_("Issue"), _("Certificate issued")),
        "certificates.issue_cohort": (
            _("Issue to the cohort"),
            _("Certificates issued to the cohort"),
        ),
        "certificates.produce": (_("Make the PDF"), _("PDF made")),
        "certificates.supersede": (_("Supersede"), _("Certificate superseded")),
        "certificates.revoke": (_("Revoke"), _("Certificate revoked")),
    }
)


class ReadOnlyPolicy(ModelPermissionPolicy):
    """Rows are written by services alone: not even a superuser adds, changes or deletes one here."""

    def user_has_permission(self, user, action):
        return action == "view" and user.has_perm("certificates.issue")

    def user_has_any_permission(self, user, actions):
        return "view" in actions and self.user_has_permission(user, "view")

    def user_has_permission_for_instance(self, user, action, instance):
        return self.user_has_permission(user, action)

    def user_has_any_permission_for_instance(self, user, actions, instance):
        return self.user_has_any_permission(user, actions)


register_permission_policy(Certificate, ReadOnlyPolicy(Certificate))


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


@hooks.register("register_admin_viewset")
def register_viewsets():
    return CertificateGroup()
