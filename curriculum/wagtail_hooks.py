"""What the Wagtail admin shows of pages, beside what `permissions` says."""

from django.db.models import Q
from django.urls import path
from wagtail import hooks
from wagtail.models import Page
from wagtail.permissions import policy_registry

from curriculum import views
from lms.accounts.choices import Role

SNIPPETS = "localize/api/snippets/<slug:app_label>/<slug:model_name>/"
REPORT = "localize/reports/translations/"


@hooks.register("register_admin_urls", order=-10)
def stand_before_localize():
    """The same addresses as wagtail-localize's, found first; its own names still lead here."""
    return [
        path(SNIPPETS, views.snippets, name="localize_snippets"),
        path(f"{SNIPPETS}<str:pk>/", views.snippets, name="localize_snippet"),
        path("localize/page/<int:page_id>/convert_to_alias/", views.convert_to_alias,
             name="localize_convert_to_alias"),
        path(REPORT, views.translations_report, name="localize_report"),
        path(f"{REPORT}results/", views.translations_report, {"results_only": True},
             name="localize_report_results"),
    ]  # fmt: skip


@hooks.register("construct_reports_menu")
def hide_translations(request, items):
    if not request.user.has_role(Role.ADMINISTRATOR):
        items[:] = [item for item in items if not item.url.endswith(REPORT)]


@hooks.register("construct_page_chooser_queryset")
def leave_out_foreign_drafts(pages, request):
    """Whoever enters the admin may link to any published page; drafts are chosen by who may see them."""
    explorable = policy_registry.get_by_type(Page).explorable_instances(request.user)
    return pages.filter(Q(live=True) | Q(pk__in=explorable.values("pk")))
