from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.userbar import ContentCheckerItem
from wagtail.documents.api.admin.views import DocumentsAdminAPIViewSet
from wagtail.images.api.admin.views import ImagesAdminAPIViewSet
from wagtail.permissions import policy_registry
from wagtail.snippets.models import register_snippet

from cms import views
from cms.models import EventIndexPage, HelpDeskPage, LibraryIndexPage, NewsIndexPage
from cms.rich_text import HubDocumentLinkHandler, HubPageLinkHandler
from cms.viewsets import HubViewSetGroup
from lms.core.audit import name_log_actions

# What makes a picture or a file somebody's business.
WORK = ("add", "change", "delete", "choose")
# Pages with a form, a filter or a pagination: their models stay data, a view answers for them.
PAGE_VIEWS = {
    EventIndexPage: views.event_list,
    HelpDeskPage: views.help_desk,
    LibraryIndexPage: views.library,
    NewsIndexPage: views.news_list,
}


@hooks.register("on_serve_page")
def hand_to_view(serve_next):
    """Let the view of the page's kind answer; view restrictions were asked before this chain runs."""

    def serve(page, request, args, kwargs):
        view = PAGE_VIEWS.get(type(page))
        return view(request, page) if view else serve_next(page, request, args, kwargs)

    return serve


@hooks.register("insert_global_admin_css")
def admin_colours():
    return format_html('<link rel="stylesheet" href="{}">', static("css/admin.css"))


class SiteMenuItem(MenuItem):
    """The way out of the editor, to the home page in the reader's language."""

    def render_component(self, request):
        self.url = f"/{get_language()}/"
        return super().render_component(request)


@hooks.register("register_admin_menu_item")
def site_menu_item():
    return SiteMenuItem(_("Go to the site"), "#", name="site", icon_name="site", order=10000)


@hooks.register("construct_main_menu")
def drop_snippets(request, menu_items):
    """Every kind of snippet has its own entry: a second list of them, by its English name, confuses."""
    menu_items[:] = [item for item in menu_items if item.name != "snippets"]


@hooks.register("register_rich_text_features", order=10)
def register_page_links(features):
    features.register_link_type(HubPageLinkHandler)
    features.register_link_type(HubDocumentLinkHandler)


class InReach:
    """Wagtail's admin API lists every title to whoever enters the admin: here, what the person may work with."""

    def get_queryset(self):
        policy = policy_registry.get_by_type(self.model)
        reach = policy.instances_user_has_any_permission_for(self.request.user, WORK)
        return super().get_queryset().filter(pk__in=reach.order_by().values("pk"))


class ImagesInReach(InReach, ImagesAdminAPIViewSet):
    pass


class DocumentsInReach(InReach, DocumentsAdminAPIViewSet):
    pass


# After Wagtail's own, whose endpoints these replace.
@hooks.register("construct_admin_api", order=10)
def restrict_media(router):
    router.register_endpoint("images", ImagesInReach)
    router.register_endpoint("documents", DocumentsInReach)


name_log_actions(
    {
        "cms.take_help_request": (_("Take a help desk request"), _("Took the request in hand")),
        "cms.answer_help_request": (_("Answer a help desk request"), _("Answered the request")),
    }
)
register_snippet(HubViewSetGroup)


@hooks.register("construct_wagtail_userbar")
def check_what_authors_write(request, items, page):
    """Paragraphs in bold are looked for where authors write them: those with a class are our blocks' own."""
    rule = {"id": "p-as-heading", "selector": "p:not([class])", "enabled": True}
    for item in items:
        if isinstance(item, ContentCheckerItem):
            item.axe_custom_rules = [*item.axe_custom_rules, rule]
