"""What the Wagtail admin shows of pages, beside what `permissions` says."""

from django.shortcuts import redirect
from django.urls import include, path, reverse, reverse_lazy
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.action_menu import (
    RestartWorkflowMenuItem,
    SaveDraftMenuItem,
    SubmitForModerationMenuItem,
)
from wagtail.admin.menu import MenuItem
from wagtail.admin.utils import get_valid_next_url_from_request
from wagtail.admin.views.home import WorkflowObjectsToModeratePanel
from wagtail.admin.widgets import HeaderButton
from wagtail.admin.widgets.button import Button
from wagtail.models import Page, WorkflowState

from cms.panels import HomePanel
from curriculum import desk as desk_reading
from curriculum.languages import SOURCE, TRANSLATED
from curriculum.models import Catalogue, Course, Lesson, Module
from curriculum.models.review import CommitteeLock, may_change_text
from curriculum.rules import (
    choosable_pages,
    may_export_course,
    may_import_courses,
    may_see_desk,
    may_translate,
)
from curriculum.summary import has_decisions, waiting_for
from curriculum.views import desk, preview
from curriculum.views.catalogue import catalogue
from curriculum.views.localize import edit_english
from curriculum.views.translations import ICON
from lms.accounts.choices import Role
from lms.core.audit import name_log_actions
from lms.core.registries import registries

REPORTS_OF_EVERYTHING = (
    "localize/reports/translations/",
    "reports/page-types-usage/",
    "reports/site-history/",
)


@hooks.register("on_serve_page")
def hand_to_view(serve_next):
    """The catalogue is a search: a view answers. View restrictions were asked before this chain runs."""

    def serve(page, request, args, kwargs):
        if type(page) is Catalogue:
            return catalogue(request, page)
        return serve_next(page, request, args, kwargs)

    return serve


@hooks.register("construct_reports_menu")
def hide_reports_of_everything(request, items):
    if not request.user.has_role(Role.ADMINISTRATOR):
        items[:] = [item for item in items if not item.url.endswith(REPORTS_OF_EVERYTHING)]


@hooks.register("construct_page_chooser_queryset")
def leave_out_foreign_drafts(pages, request):
    return choosable_pages(request.user, pages)


class OwnCoursesPanel(HomePanel):
    """The courses that the person teaches, each a step away from its modules and lessons."""

    name = "own_courses"
    template_name = "curriculum/admin/own_courses.html"
    order = 110

    @cached_property
    def courses(self) -> list[Course]:
        taught = Course.objects.filter(instructor_rows__user=self.request.user)
        return list(taught.select_related("locale").order_by("title", "-locale__language_code"))

    def get_context_data(self, parent_context):
        return {"courses": self.courses}


class ReviewPanel(HomePanel):
    """The pages that wait for the committee, in the place of Wagtail's own list."""

    name = "committee_waiting"
    template_name = "curriculum/admin/waiting.html"
    order = 210

    def get_context_data(self, parent_context):
        return {"waiting": waiting_for(self.request.user)}


@hooks.register("construct_homepage_panels")
def add_panels(request, panels):
    own = OwnCoursesPanel(request)
    if own.courses:
        panels.append(own)
    if request.user.is_superuser or request.user.has_role(Role.COMMITTEE):
        panels[:] = [p for p in panels if not isinstance(p, WorkflowObjectsToModeratePanel)]
        panels.append(ReviewPanel(request))


class SaveComments(SaveDraftMenuItem):
    """A member of the committee keeps comments, and no text."""

    template_name = "curriculum/admin/save_comments.html"


class SubmitToCommittee(SubmitForModerationMenuItem):
    """One workflow stands on the catalogue, the committee's: its name and its task's need not be said."""

    def get_context_data(self, parent_context):
        page = parent_context.get("page")
        state = page.current_workflow_state if page else None
        again = state is not None and state.status == WorkflowState.STATUS_NEEDS_CHANGES
        label = _("Submit to the committee again") if again else _("Submit to the committee")
        return super().get_context_data(parent_context) | {"label": label}


@hooks.register("construct_page_action_menu")
def name_what_is_done(menu_items, request, context):
    """Beginning the review anew is what submitting again does: one way is enough."""
    menu_items[:] = [
        SubmitToCommittee(order=item.order)
        if isinstance(item, SubmitForModerationMenuItem)
        else item
        for item in menu_items
        if not isinstance(item, RestartWorkflowMenuItem)
    ]
    if isinstance(context.get("lock"), CommitteeLock) and not may_change_text(
        context["page"], request.user
    ):
        menu_items[:] = [
            SaveComments(order=item.order) if isinstance(item, SaveDraftMenuItem) else item
            for item in menu_items
        ]


# --- What the committee has read is not deleted ---------------------------------------------
@hooks.register("before_delete_page")
def keep_reviewed_page(request, page):
    if request.method == "POST" and has_decisions(page):
        messages.error(request, KEPT)
        return redirect("wagtailadmin_pages:edit", page.pk)
    return None


@hooks.register("before_bulk_action")
def keep_reviewed_pages(request, action_type, objects, action):
    pages = [page for page in objects if isinstance(page, Page)]
    if action_type == "delete" and request.method == "POST" and any(map(has_decisions, pages)):
        messages.error(request, KEPT)
        return redirect(get_valid_next_url_from_request(request) or "wagtailadmin_home")
    return None


KEPT = _(
    "The committee has decided on this page or on one below it: its history is kept. "
    "Withdraw the page from publication instead."
)


@hooks.register("register_log_actions")
def register_log_actions(actions):
    actions.register_action("curriculum.import", _("Import"), _("Made from an archive"))
    actions.register_action(
        "curriculum.decide_on_own",
        _("Decide on the own course"),
        _("Decided, as superuser, on a page of a course that they teach"),
    )
    actions.register_action(
        "curriculum.publish_past_committee",
        _("Publish past the committee"),
        _("Published past the committee"),
    )


# --- The author's desk ----------------------------------------------------------------------------
@hooks.register("register_admin_urls")
def register_desk():
    course = "<int:course_id>/"
    patterns = [
        path("", desk.courses, name="courses"),
        path("lavoro/<int:job_id>/", desk.job, name="job"),
        path(course, desk.outline, name="outline"),
        path(f"{course}ordine/", desk.move, name="move"),
        path(f"{course}moduli/", desk.add_module, name="add_module"),
        path(f"{course}moduli/<int:module_id>/", desk.add_lesson, name="add_lesson"),
        path(f"{course}titolo/<int:page_id>/", desk.rename, name="rename"),
        path(f"{course}completezza/", desk.completeness, name="completeness"),
        path(f"{course}copia/", desk.copy_course, name="copy_course"),
        path(f"{course}copia/<int:module_id>/", desk.copy_module, name="copy_module"),
        path(f"{course}anteprima/", preview.screen, name="preview"),
        path(f"{course}anteprima/<int:lesson_id>/", preview.frame, name="preview_frame"),
    ]
    return [path("scrivania/", include((patterns, "desk")))]


class DeskMenuItem(MenuItem):
    def is_shown(self, request):
        return request.user.has_role(*desk.WORKERS)


@hooks.register("register_admin_menu_item")
def desk_menu_item():
    return DeskMenuItem(
        _("My courses"),
        reverse_lazy("desk:courses"),
        name="desk",
        icon_name="clipboard-list",
        order=90,
    )


@hooks.register("register_page_header_buttons")
def outline_button(page, user, view_name, next_url=None):
    """From the editor of a course, a module or a lesson back to the outline, one click."""
    if page.specific_class not in (Course, Module, Lesson) or not page.pk:
        return
    course = desk_reading.course_of(page)
    if course and may_see_desk(user, course):
        yield HeaderButton(
            label=_("Outline"),
            url=f"{reverse_lazy('desk:outline', args=[course.pk])}#pagina-{page.pk}",
            icon_name="list-ul",
            priority=5,
        )


@hooks.register("before_edit_page")
def offer_cohorts(request, page):
    """The editor's preview offers the learner's view in each cohort that the author may choose."""
    if not isinstance(page, Lesson) or registries.lesson_previewer is None:
        return
    course = desk_reading.course_of(page)
    if course is not None:
        page.cohort_codes = registries.lesson_previewer.cohorts(
            request.user, course.translation_key
        )


# --- The English of the catalogue ---------------------------------------------------------------
# Before the add-on's own, which would explain an alias and publish a translation in its own way.
@hooks.register("before_edit_page", order=-1)
def edit_english_page(request, page):
    return edit_english(request, page)


@hooks.register("register_page_header_buttons")
@hooks.register("register_page_listing_more_buttons")
def translate_button(page, user, view_name=None, next_url=None):
    if (
        page.specific_class in TRANSLATED
        and page.locale.language_code == SOURCE
        and page.live
        and may_translate(user, page)
    ):
        address = reverse("translate_page", args=[page.pk])
        yield Button(_("Translate into English"), address, icon_name=ICON, priority=55)


class TranslationsMenuItem(MenuItem):
    def is_shown(self, request):
        return request.user.has_role(Role.INSTRUCTOR, Role.ADMINISTRATOR)


@hooks.register("register_admin_menu_item")
def translations_menu_item():
    return TranslationsMenuItem(
        _("Translations"), reverse("translations"), name="translations", icon_name=ICON, order=210
    )


name_log_actions(
    {
        "curriculum.translate": (_("Begin a translation"), _("Began the English translation")),
        "curriculum.publish_translation": (
            _("Publish a translation without review"),
            _("Published the translation without the committee"),
        ),
        "curriculum.translate_translations": (
            _("Translate a course"),
            _("Began the English of the page and of all that is below it"),
        ),
        "curriculum.update_translations": (
            _("Bring translations up to date"),
            _("Brought the English up to date with the Italian"),
        ),
        "curriculum.submit_translations": (
            _("Submit translations"),
            _("Submitted the finished translations to the committee"),
        ),
    }
)


# --- Courses out and in ---------------------------------------------------------------------------
@hooks.register("register_page_header_buttons")
def archive_buttons(page, user, view_name, next_url=None):
    if isinstance(page, Course) and page.pk and may_export_course(user, page):
        yield HeaderButton(
            label=_("Export"),
            url=reverse("course_archive:export", args=[page.pk]),
            icon_name="download",
            priority=60,
        )
    if isinstance(page, Catalogue) and may_import_courses(user):
        yield HeaderButton(
            label=_("Import a course"),
            url=reverse("course_archive:upload"),
            icon_name="upload",
            priority=60,
        )


@hooks.register("before_copy_page")
def refuse_second_course_of_a_code(request, page):
    """Wagtail's copy would be a course with the code of another."""
    if isinstance(page.specific, Course):
        messages.warning(request, _("A copy needs a code of its own: choose it here."))
        return redirect("desk:copy_course", page.pk)
