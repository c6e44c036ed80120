"""Addresses of the admin that stand before Wagtail's and wagtail-localize's own, whose names still lead here."""

from django.urls import include, path
from wagtail.admin.auth import require_admin_access
from wagtail.utils.urlpatterns import decorate_urlpatterns

from curriculum.views import archive, editor, localize, review, translations
from curriculum.views import guards as views

SNIPPETS = "localize/api/snippets/<slug:app_label>/<slug:model_name>/"
REPORT = "localize/reports/translations/"
HISTORY = "reports/site-history/"
TYPES = "reports/page-types-usage/"
TRANSLATE = "localize/translate/<int:translation_id>/"
PREVIEW = f"{TRANSLATE}preview/"
RESULTS = {"results_only": True}

page_urlpatterns = [
    path(
        "add/curriculum/course/<int:parent_page_id>/",
        editor.CourseCreateView.as_view(),
        {"content_type_app_name": "curriculum", "content_type_model_name": "course"},
        name="add_course",
    ),
    path("<int:page_id>/convert_alias/", views.convert_alias, name="convert_alias"),
    path("<int:page_id>/edit/", review.PageEditView.as_view(), name="edit"),
    path("<int:page_id>/revisions/<int:revision_id>/revert/", views.revert, name="revert"),
    path(
        "workflow/action/<int:page_id>/<slug:action_name>/<int:task_state_id>/",
        review.DecisionView.as_view(),
        name="decide",
    ),
]

archive_urlpatterns = [
    path("<int:pk>/esporta/", archive.export, name="export"),
    path("importa/", archive.upload, name="upload"),
    path("importa/<uuid:key>/", archive.confirm, name="confirm"),
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
        path(
            "localize/submit/page/<int:page_id>/",
            localize.submit_page,
            name="localize_submit_page",
        ),
        path(
            "localize/update/<int:translation_source_id>/",
            localize.update_source,
            name="localize_update",
        ),
        path(
            f"{TRANSLATE}strings/<int:string_segment_id>/edit/",
            localize.of_translators,
            name="localize_string",
        ),
        path(
            f"{TRANSLATE}overrides/<int:overridable_segment_id>/edit/",
            localize.of_translators,
            name="localize_override",
        ),
        path(f"{TRANSLATE}pofile/upload/", localize.of_translators, name="localize_upload"),
        path(f"{TRANSLATE}pofile/download/", localize.download, name="localize_download"),
        path(f"{TRANSLATE}disable/", localize.of_translators, name="localize_stop"),
        path(PREVIEW, localize.preview, name="localize_preview"),
        path(f"{PREVIEW}<str:mode>/", localize.preview, name="localize_preview_mode"),
        path("translations/", translations.index, name="translations"),
        path("translations/<int:page_id>/", translations.course, name="translations_course"),
        path("translations/jobs/<int:pk>/", translations.job, name="translations_job"),
        path(
            "translations/<int:page_id>/translate/", translations.translate, name="translate_page"
        ),
        path("translations/<int:page_id>/draft/", translations.draft, name="translation_draft"),
        path("translations/<int:page_id>/submit/", translations.submit, name="translation_submit"),
        path(
            "translations/<int:page_id>/all/<slug:action>/",
            translations.work,
            name="translations_work",
        ),
        path("corsi/", include((archive_urlpatterns, "course_archive"))),
        path(
            "api/main/pages/<int:pk>/action/convert_alias/",
            views.convert_alias_by_api,
            name="api_convert_alias",
        ),
        path("choose-page/chosen-multiple/", views.chosen_pages, name="chosen_pages"),
        path(TYPES, views.page_types_report, name="page_types_report"),
        path(f"{TYPES}results/", views.page_types_report, RESULTS, "page_types_report_results"),
        path(HISTORY, views.site_history, name="site_history"),
        path(f"{HISTORY}results/", views.site_history, RESULTS, "site_history_results"),
    ],
    require_admin_access,
)
