import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from assessment.choices import EndedBy
from assessment.models.assessment import Assessment
from assessment.models.question import courses_taught
from lms.accounts.choices import Role
from lms.cohorts.choices import TEACHING_FUNCTIONS
from lms.cohorts.models import CohortStaff, Enrolment
from lms.core.models import TimestampedModel


class AttemptQuerySet(models.QuerySet):
    def visible_to(self, user):
        """One's own; those of the cohorts one teaches; for instructors those of their courses; all
        for administrators. The committee reviews questions and sees nobody's answers.
        """
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.has_role(Role.ADMINISTRATOR):
            return self
        staffed = CohortStaff.objects.current().filter(user=user, function__in=TEACHING_FUNCTIONS)
        scope = Q(enrolment__user=user) | Q(enrolment__cohort__in=staffed.values("cohort"))
        if user.has_role(Role.INSTRUCTOR):
            scope |= Q(assessment__course_key__in=courses_taught(user))
        return self.filter(scope)

    def open(self):
        return self.filter(submitted_at=None)

    def submitted(self):
        return self.filter(submitted_at__isnull=False)

    def expired(self, at: datetime.datetime):
        """Open attempts whose deadline has passed."""
        return self.open().filter(deadline_at__lt=at)


class Attempt(TimestampedModel):
    """One go of an enrolled learner at an assessment.

    `snapshot` freezes what was asked and the rule it is judged by, in all languages and with the right
    answers: it never leaves the server whole. Marks are integers in hundredths of a point.
    """

    enrolment = models.ForeignKey(
        Enrolment, verbose_name=_("enrolment"), on_delete=models.PROTECT, related_name="attempts"
    )
    assessment = models.ForeignKey(
        Assessment, verbose_name=_("assessment"), on_delete=models.PROTECT, related_name="attempts"
    )
    number = models.PositiveSmallIntegerField(_("number"))
    started_at = models.DateTimeField(_("started at"))
    deadline_at = models.DateTimeField(_("to hand in by"), null=True, blank=True)
    submitted_at = models.DateTimeField(_("handed in at"), null=True, blank=True)
    ended_by = models.CharField(_("closed by"), max_length=10, choices=EndedBy, blank=True)
    snapshot = models.JSONField(default=dict)
    score = models.PositiveIntegerField(_("mark (hundredths)"), null=True, blank=True)
    max_score = models.PositiveIntegerField(_("highest mark (hundredths)"), null=True, blank=True)
    percent = models.PositiveSmallIntegerField(_("per cent"), null=True, blank=True)
    passed = models.BooleanField(_("passed"), null=True, blank=True)

    objects = AttemptQuerySet.as_manager()

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        ordering = ["-started_at", "-pk"]
        indexes = [
            models.Index(
                fields=["deadline_at"], condition=Q(submitted_at=None), name="attempt_open_deadline"
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "assessment"],
                condition=Q(submitted_at=None),
                name="one_open_attempt_per_learner_and_assessment",
                violation_error_message=_("There is already an open attempt."),
            ),
            models.UniqueConstraint(
                fields=["enrolment", "assessment", "number"], name="attempts_are_numbered_once"
            ),
            models.CheckConstraint(
                condition=Q(
                    submitted_at=None, ended_by="", score=None, max_score=None, percent=None, passed=None
                )
                | Q(
                    submitted_at__isnull=False, score__isnull=False, max_score__isnull=False,
                    percent__lte=100, passed__isnull=False, score__lte=F("max_score"),
                )
                & ~Q(ended_by=""),
                name="an_attempt_has_a_mark_once_it_is_handed_in",
            ),
        ]  # fmt: skip

    def __str__(self):
        return f"{self.enrolment_id}/{self.assessment_id} #{self.number}"

    @property
    def is_open(self) -> bool:
        return self.submitted_at is None

    def is_expired(self, at: datetime.datetime) -> bool:
        return self.is_open and self.deadline_at is not None and at > self.deadline_at

    @property
    def questions(self) -> list[dict]:
        """The frozen questions, in the order in which they are asked; with the right answers."""
        return self.snapshot.get("questions", [])

    @property
    def rule(self) -> dict:
        """The frozen rule: pass_mark, multiple, time_limit_minutes, attempts_allowed."""
        return self.snapshot.get("rule", {})

    def question(self, key: str) -> dict | None:
        return next((asked for asked in self.questions if asked["key"] == key), None)


class Answer(models.Model):
    """What a learner chose for one question. `revision` grows with each save, so that a save which did
    not see the latest one is noticed and does not overwrite it.
    """

    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="answers")
    question_key = models.CharField(max_length=80)
    choices = models.JSONField(default=list)
    saved_at = models.DateTimeField()
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        ordering = ["attempt", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["attempt", "question_key"], name="one_answer_per_question_of_an_attempt"
            )
        ]

    def __str__(self):
        return f"{self.attempt_id}/{self.question_key}"
