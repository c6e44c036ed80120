"""Stands before addresses of Wagtail and wagtail-localize that tell more than their reader may know."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from wagtail.admin.api.views import PagesAdminAPIViewSet
from wagtail.admin.views.chooser import ChosenMultipleView
from wagtail.admin.views.pages.convert_alias import ConvertAliasView
from wagtail.admin.views.pages.revisions import RevisionsRevertView
from wagtail.admin.views.reports.audit_logging import LogEntriesView
from wagtail.admin.views.reports.page_types_usage import PageTypesUsageReportView
from wagtail.models import Page
from wagtail_localize.views import convert, report, snippets_api

from curriculum.models.review import is_reviewed_ground, may_change_text
from curriculum.rules import choosable_pages
from lms.accounts.choices import Role


class OrderedReportView(report.TranslationsReportView):
    """The add-on's own has no order, and pages of it might repeat rows."""

    def get_queryset(self):
        return super().get_queryset().order_by("-pk")


def snippets(request: HttpRequest, **kwargs: str) -> HttpResponse:
    """It lists the rows of every snippet by name: quiz questions and attempts among them."""
    if not request.user.is_superuser:
        raise Http404
    action = "retrieve" if "pk" in kwargs else "list"
    return snippets_api.SnippetViewSet.as_view({"get": action})(request, **kwargs)


def convert_to_alias(request: HttpRequest, page_id: int) -> HttpResponse:
    """It overwrites the live page at once, so it is publishing (docs/decisions: the committee's review)."""
    _refuse_publishing(request, page_id)
    return convert.convert_to_alias(request, page_id)


def convert_alias(request: HttpRequest, page_id: int) -> HttpResponse:
    """Wagtail's own asks for `change` alone: the Italian shown for want of English would become the English."""
    _refuse_publishing(request, page_id)
    return ConvertAliasView.as_view()(request, page_id=page_id)


def convert_alias_by_api(request: HttpRequest, pk: int) -> HttpResponse:
    _refuse_publishing(request, pk)
    view = PagesAdminAPIViewSet.as_view({"post": "action_view"})
    return view(request, pk=pk, action_name="convert_alias")


def _refuse_publishing(request: HttpRequest, page_id: int) -> None:
    page = get_object_or_404(Page, pk=page_id)
    if not page.permissions_for_user(request.user).can_publish():
        raise Http404


def revert(request: HttpRequest, page_id: int, revision_id: int) -> HttpResponse:
    """Who comments for the committee writes no text: an older version brought back would be a new draft of theirs."""
    page = get_object_or_404(Page, pk=page_id)
    if is_reviewed_ground(page) and not may_change_text(page, request.user):
        raise Http404
    view = RevisionsRevertView.as_view()
    return view(request, page_id=page_id, revision_id=revision_id)


def translations_report(request: HttpRequest, *, results_only: bool = False) -> HttpResponse:
    """It names the pages of every course, drafts too: for administrators."""
    _refuse_others(request)
    return OrderedReportView.as_view(results_only=results_only)(request)


def site_history(request: HttpRequest, *, results_only: bool = False) -> HttpResponse:
    """Wagtail shows each kind of row whole to whoever may edit one of the kind: for administrators.

    The history of a page or of a question stays open to who may edit that one.
    """
    _refuse_others(request)
    return LogEntriesView.as_view(results_only=results_only)(request)


def page_types_report(request: HttpRequest, *, results_only: bool = False) -> HttpResponse:
    """It names the page edited last of each kind, be it a draft, and its editor: for administrators."""
    _refuse_others(request)
    return PageTypesUsageReportView.as_view(results_only=results_only)(request)


def chosen_pages(request: HttpRequest) -> HttpResponse:
    """Wagtail's own tells the title of any page by its number: a foreign draft is one that does not exist."""
    numbers = (pk for pk in request.GET.getlist("id") if pk.isascii() and pk.isdigit())
    asked = [int(pk) for pk in numbers if len(pk) < 19]
    known = choosable_pages(request.user, Page.objects.filter(pk__in=asked))
    request.GET = request.GET.copy()
    request.GET.setlist("id", [str(pk) for pk in known.values_list("pk", flat=True)])
    return ChosenMultipleView.as_view()(request)


def _refuse_others(request: HttpRequest) -> None:
    if not request.user.has_role(Role.ADMINISTRATOR):
        raise Http404
