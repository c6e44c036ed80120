"""What a learner has opened, seen and done of the syllabus. Whatever language is read, it counts once."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from curriculum.choices import Completion
from lms.core.models import TimestampedModel

POSITION_END = 1000


class LessonProgressQuerySet(models.QuerySet):
    def done(self):
        return self.exclude(completed_at=None)

    def visible_to(self, user):
        """One's own; for staff those of the enrolments that they may see."""
        from lms.cohorts.models import Enrolment

        return self.filter(enrolment__in=Enrolment.objects.visible_to(user).values("pk"))


class LessonProgress(TimestampedModel):
    """One learner and one lesson of their cohort's syllabus.

    `position` is how far the reader had come when they left, in thousandths of the lesson's height; `place` says
    it exactly: the block, which is the same in every language and on every screen, and how far into it, in
    thousandths of its height. `seen_seconds` is the time that the page was seen (`services.see_lesson`), `parts`
    the blocks read to their end, kept for lessons that are done by reading. `how` it was done is one of the ways of
    `curriculum.choices.Completion`; the instructor's has `completed_by`.
    """

    enrolment = models.ForeignKey(
        "cohorts.Enrolment", on_delete=models.PROTECT, related_name="lesson_progress"
    )
    lesson = models.ForeignKey(
        "cohorts.SyllabusLesson", on_delete=models.PROTECT, related_name="progress"
    )
    first_opened_at = models.DateTimeField(_("first opened at"))
    last_opened_at = models.DateTimeField(_("last opened at"))
    completed_at = models.DateTimeField(_("done at"), null=True, blank=True)
    how = models.CharField(_("done by"), max_length=12, choices=Completion, blank=True)
    completed_by = models.ForeignKey(
        "accounts.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    place = models.UUIDField(_("place"), null=True, blank=True)
    place_position = models.PositiveSmallIntegerField(default=0)
    seen_seconds = models.PositiveIntegerField(_("seconds seen"), default=0)
    parts = models.JSONField(default=list, blank=True)

    objects = LessonProgressQuerySet.as_manager()

    class Meta:
        verbose_name = _("lesson progress")
        verbose_name_plural = _("lesson progress")
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "lesson"], name="one_progress_per_enrolment_and_lesson"
            ),
            models.CheckConstraint(
                condition=Q(position__lte=POSITION_END),
                name="a_reading_position_is_in_thousandths",
            ),
            models.CheckConstraint(
                condition=Q(place_position__lte=POSITION_END),
                name="a_place_in_a_block_is_in_thousandths",
            ),
        ]

    def __str__(self):
        return f"{self.enrolment_id}/{self.lesson_id}"

    @property
    def done(self) -> bool:
        return self.completed_at is not None

    @property
    def seen_minutes(self) -> int:
        """Whole minutes, cut."""
        return self.seen_seconds // 60


class SeenClock(models.Model):
    """Until when a person's time on lessons has been counted, over all their lessons and tabs.

    `visits` holds `[visit, number]` of the last beacon of each of the pages opened last: one that comes twice adds nothing.
    """

    user = models.OneToOneField(
        "accounts.User", primary_key=True, on_delete=models.CASCADE, related_name="seen_clock"
    )
    counted_until = models.DateTimeField()
    visits = models.JSONField(default=list)

    class Meta:
        verbose_name = _("clock of the time seen")
        verbose_name_plural = _("clocks of the time seen")

    def __str__(self):
        return str(self.user_id)


class CheckAnswer(models.Model):
    """That a question to try oneself was answered; not what was answered, nor whether it was right."""

    enrolment = models.ForeignKey(
        "cohorts.Enrolment", on_delete=models.PROTECT, related_name="check_answers"
    )
    lesson = models.ForeignKey(
        "cohorts.SyllabusLesson", on_delete=models.PROTECT, related_name="check_answers"
    )
    block = models.UUIDField()
    at = models.DateTimeField(_("answered at"))

    class Meta:
        verbose_name = _("question tried")
        verbose_name_plural = _("questions tried")
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "lesson", "block"], name="a_check_is_answered_once"
            )
        ]

    def __str__(self):
        return f"{self.enrolment_id}/{self.lesson_id}/{self.block}"
