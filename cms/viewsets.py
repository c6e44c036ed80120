"""The hub's tables in the Wagtail admin: requests to the sportello, partners, committee, topics."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import ObjectList
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.base import ViewSetGroup
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.snippets.views.chooser import SnippetChooserViewSet
from wagtail.snippets.views.snippets import SnippetViewSet

from cms.choices import HelpStatus
from cms.forms import HelpAnswerForm
from cms.models import CommitteeMember, HelpRequest, Partner, Topic
from cms.services import answer_help_request, take_help_request
from lms.core.errors import DomainError


def behind(guard: type, view_class: type) -> type:
    """The view with the guard before it."""
    return type(view_class.__name__, (guard, view_class), {})


class Quiet:
    """Before a view of one row: who may not is answered as if there were no such row.

    Wagtail leads them back to its home with a message, so that numbers which exist can be told.
    """

    def setup(self, request, *args, **kwargs):
        # Some views look for their row here, and ask at once.
        with no_such_row(kwargs):
            super().setup(request, *args, **kwargs)

    def dispatch(self, request, *args, **kwargs):
        with no_such_row(kwargs):
            return super().dispatch(request, *args, **kwargs)


@contextmanager
def no_such_row(kwargs: dict) -> Iterator[None]:
    """Turns a refusal into the answer for a row that does not exist, where the address names one."""
    try:
        yield
    except PermissionDenied:
        if "pk" in kwargs:
            raise Http404 from None
        raise


class QuietViewSet:
    """Mixed in before every viewset of ours: `Quiet` stands before its views."""

    def construct_view(self, view_class, **kwargs):
        return super().construct_view(behind(Quiet, view_class), **kwargs)


class HelpRequestEditView(generic.EditView):
    """Read the request and answer it; a request already answered is only read."""

    def save_instance(self):
        answer = self.form.cleaned_data.get("answer", "").strip()
        if answer:
            return answer_help_request(request=self.object, answer=answer, by=self.request.user)
        return take_help_request(request=self.object, by=self.request.user)

    def form_valid(self, form):
        try:
            return super().form_valid(form)
        except DomainError as refusal:
            form.add_error("answer", refusal.message)
            self.produced_error_message = self.get_error_message()
            return self.form_invalid(form)

    def get_success_message(self):
        if self.object.status == HelpStatus.ANSWERED:
            return _("The answer is on its way to %(address)s.") % {"address": self.object.email}
        return _("Marked as in progress.")


class HelpRequestViewSet(QuietViewSet, ModelViewSet):
    model = HelpRequest
    name = "sportello"
    url_prefix = "sportello"
    icon = "help"
    menu_label = _("Help desk")
    copy_view_enabled = False
    inspect_view_enabled = True
    inspect_view_fields = [
        "topic",
        "name",
        "email",
        "message",
        "status",
        "answer",
        "answered_at",
        "consent_version",
        "consented_at",
    ]
    edit_view_class = HelpRequestEditView
    edit_handler = ObjectList(HelpRequest.panels, base_form_class=HelpAnswerForm)
    list_display = [
        TitleColumn(
            "name",
            label=_("Name"),
            accessor=lambda row: row.name or _("(erased)"),
            url_name="sportello:edit",
        ),
        Column("topic", label=_("Topic"), accessor="get_topic_display", sort_key="topic"),
        Column("status", label=_("Status"), accessor="get_status_display", sort_key="status"),
        DateColumn("created_at", label=_("Received"), sort_key="created_at"),
    ]
    list_filter = ["status", "topic"]
    list_per_page = 30
    ordering = ["-created_at"]
    search_fields = ["name", "email", "message"]
    search_backend_name = None


class ChooseOnlyViewSet(SnippetChooserViewSet):
    """Choosing without making: Wagtail's address for making a row answers 500 where there is no form."""

    def get_urlpatterns(self):
        return [pattern for pattern in super().get_urlpatterns() if pattern.name != "create"]


class PartnerViewSet(QuietViewSet, SnippetViewSet):
    model = Partner
    chooser_viewset_class = ChooseOnlyViewSet
    icon = "group"
    menu_label = _("Partners")
    list_display = ["name", "kind", "locale"]
    list_filter = ["kind", "locale"]


class CommitteeMemberViewSet(QuietViewSet, SnippetViewSet):
    model = CommitteeMember
    chooser_viewset_class = ChooseOnlyViewSet
    icon = "user"
    menu_label = _("Scientific committee")
    list_display = ["name", "role", "affiliation", "locale"]
    list_filter = ["locale"]


class TopicViewSet(QuietViewSet, SnippetViewSet):
    model = Topic
    chooser_viewset_class = ChooseOnlyViewSet
    icon = "tag"
    menu_label = _("Library topics")
    list_display = ["name", "slug", "locale"]
    list_filter = ["locale"]


class HubViewSetGroup(ViewSetGroup):
    menu_label = _("Hub")
    menu_icon = "home"
    menu_order = 200
    items = (HelpRequestViewSet, PartnerViewSet, CommitteeMemberViewSet, TopicViewSet)
