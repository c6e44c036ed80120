"""Addresses of the admin that stand before Wagtail's and wagtail-localize's own, whose names still lead here."""

from django.urls import path
from wagtail.admin.auth import require_admin_access
from wagtail.utils.urlpatterns import decorate_urlpatterns

from curriculum.views import guards as views

SNIPPETS = "localize/api/snippets/<slug:app_label>/<slug:model_name>/"
REPORT = "localize/reports/translations/"
HISTORY = "reports/site-history/"
RESULTS = {"results_only": True}

admin_urlpatterns = decorate_urlpatterns(
    [
        path(SNIPPETS, views.snippets, name="localize_snippets"),
        path(f"{SNIPPETS}<str:pk>/", views.snippets, name="localize_snippet"),
        path(
            "localize/page/<int:page_id>/convert_to_alias/",
            views.convert_to_alias,
            name="localize_convert_to_alias",
        ),
        path(REPORT, views.translations_report, name="localize_report"),
        path(f"{REPORT}results/", views.translations_report, RESULTS, "localize_report_results"),
        path(HISTORY, views.site_history, name="site_history"),
        path(f"{HISTORY}results/", views.site_history, RESULTS, "site_history_results"),
    ],
    require_admin_access,
)
