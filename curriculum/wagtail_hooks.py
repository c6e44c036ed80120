"""What the Wagtail admin shows of pages, beside what `permissions` says."""

from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.ui.components import Component
from wagtail.models import Page, TaskState
from wagtail.permissions import policy_registry

from curriculum.models import Course
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


class OwnCoursesPanel(Component):
    """The courses that the person teaches, each a step away from its modules and lessons."""

    name = "own_courses"
    template_name = "curriculum/admin/own_courses.html"
    order = 110

    def __init__(self, request):
        self.request = request

    @cached_property
    def courses(self) -> list[Course]:
        taught = Course.objects.filter(instructor_rows__user=self.request.user)
        return list(taught.select_related("locale").order_by("title", "locale__language_code"))

    def get_context_data(self, parent_context):
        return {"courses": self.courses}


class NothingToReviewPanel(Component):
    """Stands where the pages to review will be, so that an empty page is no riddle."""

    name = "nothing_to_review"
    template_name = "curriculum/admin/nothing_to_review.html"
    order = 210

    def get_context_data(self, parent_context):
        return {}


@hooks.register("construct_homepage_panels")
def add_panels(request, panels):
    own = OwnCoursesPanel(request)
    if own.courses:
        panels.append(own)
    reviews = request.user.has_role(Role.COMMITTEE)
    if reviews and not TaskState.objects.reviewable_by(request.user).exists():
        panels.append(NothingToReviewPanel())


@hooks.register("register_log_actions")
def register_log_actions(actions):
    actions.register_action(
        "curriculum.decide_on_own",
        _("Decide on the own course"),
        _("Decided, as superuser, on a page of a course that they teach"),
    )
