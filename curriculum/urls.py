"""Addresses of the admin that stand before Wagtail's and wagtail-localize's own, whose names still lead here."""

from django.urls import include, path
from wagtail.admin.auth import require_admin_access
from wagtail.utils.urlpatterns import decorate_urlpatterns

from curriculum.views import guards as views
from curriculum.views import review

SNIPPETS = "localize/api/snippets/<slug:app_label>/<slug:model_name>/"
REPORT = "localize/reports/translations/"
HISTORY = "reports/site-history/"
RESULTS = {"results_only": True}

page_urlpatterns = [
    path("<int:page_id>/edit/", review.PageEditView.as_view(), name="edit"),
    path(
        "workflow/action/<int:page_id>/<slug:action_name>/<int:task_state_id>/",
        review.DecisionView.as_view(),
        name="decide",
    ),
]

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
        path("pages/", include((page_urlpatterns, "wagtailadmin_pages_reviewed"))),
        path(HISTORY, views.site_history, name="site_history"),
        path(f"{HISTORY}results/", views.site_history, RESULTS, "site_history_results"),
    ],
    require_admin_access,
)
