"""What is taught: Catalogue › Course › Module › Lesson, Wagtail pages without any learner data.

Teaching order is page order. Others learn a course's shape from `outline.course_outline` only.
"""

from django.core.exceptions import PermissionDenied
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models, transaction
from django.db.models import Q
from django.db.models.functions import Cast
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.blocks import StreamBlock
from wagtail.log_actions import log
from wagtail.models import AbstractGroupApprovalTask, Orderable, Page
from wagtail.search import index
from wagtail.url_routing import RouteResult

from cms.blocks import BodyBlock
from cms.models import BasePage
from curriculum.blocks import LessonBlock, OutcomeBlock
from curriculum.choices import Audience, Subject
from lms.accounts.choices import Role
from lms.core.fields import LeanStreamField

course_code = RegexValidator(r"^[A-Z][A-Z0-9-]{2,29}$", _("Capital letters, digits and hyphens."))


class Catalogue(BasePage):
    """The list of the Master Civici in one language."""

    body = LeanStreamField(BodyBlock(), verbose_name=_("body"), blank=True)

    parent_page_types = ["cms.HomePage"]
    subpage_types = ["curriculum.Course"]
    max_count_per_parent = 1
    content_panels = BasePage.content_panels + [FieldPanel("body")]
    template = "curriculum/catalogue.html"

    class Meta:
        verbose_name = _("course catalogue")

    def route(self, request, path_components):
        """Find the page below in one step: level by level, a lesson's address alone costs six queries."""
        if not path_components:
            return super().route(request, path_components)
        path = f"{self.url_path}{'/'.join(path_components)}/"
        page = self.get_descendants().filter(url_path=path, live=True).first()
        if page is None:
            raise Http404
        return RouteResult(page.specific)


class Course(BasePage):
    """A Master Civico. `code` is the same in every language; times are in hours of 60 minutes."""

    code = models.CharField(
        _("code"),
        max_length=30,
        validators=[course_code],
        db_index=True,
        help_text=_("Stays the same for ever and in every language, such as MC-CODESIGN."),
    )
    co_title = models.CharField(
        _("title with co-"), max_length=60, blank=True, help_text=_("For the card: “co-munità”.")
    )
    subject = models.CharField(_("subject"), max_length=20, choices=Subject)
    audience = models.JSONField(_("audience"), default=list, blank=True)
    introduction = LeanStreamField(BodyBlock(), verbose_name=_("introduction"), blank=True)
    outcomes = LeanStreamField(
        StreamBlock([("outcome", OutcomeBlock())]), verbose_name=_("learning outcomes"), blank=True
    )
    prerequisites = models.TextField(_("prerequisites"), blank=True)
    assessment_text = models.TextField(_("how it is assessed"), blank=True)
    hours_class = models.PositiveSmallIntegerField(_("hours in class or remote"), default=24)
    hours_project = models.PositiveSmallIntegerField(_("hours of project work"), default=16)
    hours_total = models.PositiveSmallIntegerField(_("notional hours in all"), default=75)
    eqf_level = models.PositiveSmallIntegerField(
        _("EQF level"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(8)],
    )
    attendance_threshold = models.PositiveSmallIntegerField(
        _("attendance threshold (%)"),
        default=75,
        validators=[MaxValueValidator(100)],
        help_text=_("Copied to each cohort when it opens (Regione Lombardia's vouchers: 75 %)."),
    )

    parent_page_types = ["curriculum.Catalogue"]
    subpage_types = ["curriculum.Module"]
    template = "curriculum/course.html"
    content_panels = BasePage.content_panels + [
        FieldRowPanel([FieldPanel("code"), FieldPanel("subject"), FieldPanel("co_title")]),
        FieldPanel("audience"),
        FieldPanel("introduction"),
        FieldPanel("outcomes"),
        FieldPanel("prerequisites"),
        FieldPanel("assessment_text"),
        MultiFieldPanel(
            [
                FieldRowPanel(
                    [
                        FieldPanel("hours_class"),
                        FieldPanel("hours_project"),
                        FieldPanel("hours_total"),
                    ]
                ),
                FieldRowPanel([FieldPanel("eqf_level"), FieldPanel("attendance_threshold")]),
            ],
            _("Hours, level, threshold"),
        ),
        InlinePanel("instructor_rows", heading=_("Instructors"), label=_("Instructor")),
    ]
    search_fields = BasePage.search_fields + [
        index.SearchField("summary"),
        index.SearchField("introduction"),
        index.FilterField("code"),
        index.FilterField("subject"),
    ]

    class Meta:
        verbose_name = _("course")
        verbose_name_plural = _("courses")

    @property
    def hue(self) -> str:
        return self.subject

    @property
    def audience_labels(self) -> list[str]:
        labels = dict(Audience.choices)
        return [labels[key] for key in self.audience if key in labels]


class CourseInstructor(Orderable):
    """Who teaches a course, and may edit it (`curriculum.permissions`)."""

    course = ParentalKey(Course, on_delete=models.CASCADE, related_name="instructor_rows")
    user = models.ForeignKey(
        "accounts.User",
        verbose_name=_("instructor"),
        on_delete=models.CASCADE,
        related_name="course_rows",
        # The page's form offers these and nobody else: its authors must not read everybody's names.
        limit_choices_to={"groups__name": Role.INSTRUCTOR.value, "is_active": True},
    )

    class Meta(Orderable.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["course", "user"],
                name="an_instructor_is_listed_once_per_course",
                violation_error_message=_("This instructor is already listed."),
            )
        ]

    @classmethod
    def courses_of(cls, user) -> models.QuerySet[Course]:
        """The courses that list the person in any language, with their translations."""
        taught = cls.objects.filter(user=user).values("course__translation_key")
        return Course.objects.filter(translation_key__in=taught)


class Module(BasePage):
    """A part of a course, with its hours in class."""

    hours = models.DecimalField(_("hours in class"), max_digits=4, decimal_places=1, default=4)
    outcome_keys = models.JSONField(_("outcomes served"), default=list, blank=True)

    parent_page_types = ["curriculum.Course"]
    subpage_types = ["curriculum.Lesson"]
    template = "curriculum/module.html"
    content_panels = BasePage.content_panels + [FieldPanel("hours"), FieldPanel("outcome_keys")]

    class Meta:
        verbose_name = _("module")
        verbose_name_plural = _("modules")

    @property
    def minutes(self) -> int:
        return int(self.hours * 60)


class Lesson(BasePage):
    """One sitting of reading and thinking."""

    body = LeanStreamField(LessonBlock(), verbose_name=_("body"), blank=True)
    minutes = models.PositiveSmallIntegerField(_("estimated minutes"), default=10)
    required = models.BooleanField(
        _("required"), default=True, help_text=_("Counts for the certificate.")
    )
    outcome_keys = models.JSONField(_("outcomes served"), default=list, blank=True)

    parent_page_types = ["curriculum.Module"]
    subpage_types: list[str] = []
    template = "curriculum/lesson.html"
    content_panels = BasePage.content_panels + [
        FieldPanel("body"),
        FieldRowPanel([FieldPanel("minutes"), FieldPanel("required")]),
        FieldPanel("outcome_keys"),
    ]
    search_fields = BasePage.search_fields + [
        index.SearchField("summary"),
        index.SearchField("body"),
    ]

    class Meta:
        verbose_name = _("lesson")
        verbose_name_plural = _("lessons")


class CommitteeReview(AbstractGroupApprovalTask):
    """The committee's task: nobody decides on a course that they teach, but for superusers, by name."""

    class Meta:
        verbose_name = _("committee review")
        verbose_name_plural = _("committee reviews")

    def may_decide(self, page: Page, user) -> bool:
        return user.is_superuser or (self._user_in_groups(user) and not self.concerns(page, user))

    def concerns(self, page: Page, user) -> bool:
        """The page stands in a course that the person teaches, or is one that lists them as it is sent."""
        if any(row.user_id == user.pk for row in _instructors_written_in(page)):
            return True
        return any(page.path.startswith(path) for path in self._paths_taught(user))

    def _paths_taught(self, user) -> list[str]:
        # Asked for every page of a list: kept beside the groups that Wagtail keeps on the user.
        if not hasattr(user, "_paths_taught"):
            user._paths_taught = list(
                CourseInstructor.courses_of(user).values_list("path", flat=True)
            )
        return user._paths_taught

    # --- What Wagtail asks ----------------------------------------------------------------
    def user_can_access_editor(self, obj, user):
        return self.may_decide(obj, user)

    def locked_for_user(self, obj, user):
        return not self.may_decide(obj, user)

    def get_actions(self, obj, user):
        return super().get_actions(obj, user) if self.may_decide(obj, user) else []

    def get_task_states_user_can_moderate(self, user, **kwargs):
        states = super().get_task_states_user_can_moderate(user, **kwargs)
        if user.is_superuser:
            return states
        own = Q(pk__in=[])
        for path in self._paths_taught(user):
            own |= Q(path__startswith=path)
        pages = Page.objects.filter(own).annotate(key=Cast("pk", models.CharField())).order_by()
        return states.exclude(workflow_state__object_id__in=pages.values("key"))

    @transaction.atomic
    def on_action(self, task_state, user, action_name, **kwargs):
        """Approve or reject; PermissionDenied for whoever may not decide. Asked anew, whatever was shown."""
        vars(user).pop("_paths_taught", None)
        page = task_state.revision.as_object()
        if not self.may_decide(page, user):
            raise PermissionDenied(_("Another member of the committee decides on this page."))
        super().on_action(task_state, user, action_name, **kwargs)
        if self.concerns(page, user):
            data = {"decision": action_name}
            log(
                page, "curriculum.decide_on_own", user=user, data=data, revision=task_state.revision
            )


def _instructors_written_in(page: Page) -> list[CourseInstructor]:
    """Of a course as its revision has it: whoever is added there teaches once it is published."""
    return list(page.instructor_rows.all()) if isinstance(page, Course) else []
