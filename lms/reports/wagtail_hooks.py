from django.urls import include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from lms.core.audit import name_log_actions
from lms.reports import views


@hooks.register("register_admin_urls")
def register_reports():
    patterns = [
        path("", views.index, name="index"),
        path("<str:code>/", views.cohort, name="cohort"),
        path("<str:code>/<str:report>.<str:format>", views.download, name="download"),
    ]
    return [path("report/", include((patterns, "reports")))]


class ReportsMenuItem(MenuItem):
    def is_shown(self, request):
        return request.user.has_perm("reports.read")


@hooks.register("register_admin_menu_item")
def register_menu_item():
    return ReportsMenuItem(_("Attendance"), reverse("reports:index"), icon_name="table", order=230)


name_log_actions({"reports.export": (_("Export"), _("Report exported"))})
