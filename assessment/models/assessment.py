from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.models import Orderable

from assessment.choices import MultipleRule
from assessment.models.question import Question, readable, stable_key
from assessment.models.texts import TextsField, in_language
from lms.core.models import TimestampedModel


class AssessmentQuerySet(models.QuerySet):
    def visible_to(self, user):
        """What the user may read in the admin; learners reach an assessment through their cohort."""
        return readable(self, user, "course_key")

    def published(self):
        return self.filter(published=True)

    def of_course(self, course):
        """Those of `course`, whatever the language of the page in hand."""
        return self.filter(course_key=course.translation_key)


class Assessment(TimestampedModel, ClusterableModel):
    """A quiz of a course: which questions, and the rule by which they are judged.

    The rule is copied to every attempt when it starts; a change touches the attempts that follow.
    """

    course_key = models.UUIDField(_("course"), db_index=True)
    key = models.CharField(
        _("key"), max_length=80, validators=[stable_key], help_text=_("Stays the same for ever.")
    )
    title = TextsField(_("title"), rows=1)
    instructions = TextsField(_("instructions"), rows=3, blank=True)
    pass_mark = models.PositiveSmallIntegerField(
        _("pass mark (%)"), default=60, validators=[MaxValueValidator(100)],
        help_text=_("Inclusive: who reaches it exactly has passed."),
    )  # fmt: skip
    attempts_allowed = models.PositiveSmallIntegerField(
        _("attempts allowed"), default=3, validators=[MinValueValidator(1)]
    )
    time_limit_minutes = models.PositiveSmallIntegerField(
        _("time limit (minutes)"), null=True, blank=True, validators=[MinValueValidator(1)],
        help_text=_("Empty: no limit but the closing of the cohort."),
    )  # fmt: skip
    shuffle = models.BooleanField(
        _("shuffle"),
        default=False,
        help_text=_("Questions and choices come in a new order each time."),
    )
    multiple_rule = models.CharField(
        _("marking of multiple choice"), max_length=20, choices=MultipleRule,
        default=MultipleRule.ALL_OR_NOTHING,
    )  # fmt: skip
    required = models.BooleanField(
        _("required"), default=True, help_text=_("Must be passed for the micro-credential.")
    )
    published = models.BooleanField(
        _("published"), default=True, help_text=_("Untick it while you are still writing.")
    )
    position = models.PositiveSmallIntegerField(_("position"), default=1)

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("assessment")
        verbose_name_plural = _("assessments")
        ordering = ["course_key", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["course_key", "key"],
                name="an_assessment_has_a_key_of_its_own_in_its_course",
                violation_error_message=_("This course already has an assessment with this key."),
            ),
            models.CheckConstraint(
                condition=Q(pass_mark__lte=100), name="a_pass_mark_is_a_percentage"
            ),
            models.CheckConstraint(
                condition=Q(attempts_allowed__gte=1), name="an_assessment_allows_an_attempt"
            ),
        ]

    def __str__(self):
        return in_language(self.title) or self.key


class AssessmentQuestion(Orderable):
    """The place of a question in an assessment."""

    assessment = ParentalKey(Assessment, on_delete=models.CASCADE, related_name="question_rows")
    question = models.ForeignKey(
        Question,
        verbose_name=_("question"),
        on_delete=models.PROTECT,
        related_name="assessment_rows",
    )

    class Meta(Orderable.Meta):
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "question"],
                name="a_question_is_asked_once_per_assessment",
                violation_error_message=_("This question is already in the assessment."),
            )
        ]

    def __str__(self):
        return f"{self.assessment_id}/{self.question_id}"
