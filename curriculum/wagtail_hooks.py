"""What the Wagtail admin shows of pages, beside what `permissions` says."""

from django.db.models import Q
from wagtail import hooks
from wagtail.models import Page
from wagtail.permissions import policy_registry

from lms.accounts.choices import Role

REPORTS_OF_EVERYTHING = ("localize/reports/translations/", "reports/site-history/")


@hooks.register("construct_reports_menu")
def hide_reports_of_everything(request, items):
    if not request.user.has_role(Role.ADMINISTRATOR):
        items[:] = [item for item in items if not item.url.endswith(REPORTS_OF_EVERYTHING)]


@hooks.register("construct_page_chooser_queryset")
def leave_out_foreign_drafts(pages, request):
    """Whoever enters the admin may link to any published page; drafts are chosen by who may see them."""
    explorable = policy_registry.get_by_type(Page).explorable_instances(request.user)
    return pages.filter(Q(live=True) | Q(pk__in=explorable.values("pk")))
