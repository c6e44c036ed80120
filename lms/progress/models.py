"""What a learner has opened, done and noted of the syllabus. Whatever language is read, it counts once."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lms.core.models import TimestampedModel

POSITION_END = 1000
NOTE_LIMIT = 8000


class LessonProgressQuerySet(models.QuerySet):
    def done(self):
        return self.exclude(completed_at=None)

    def visible_to(self, user):
        """One's own; for staff those of the enrolments that they may see."""
        from lms.cohorts.models import Enrolment

        return self.filter(enrolment__in=Enrolment.objects.visible_to(user).values("pk"))


class LessonProgress(TimestampedModel):
    """One learner and one lesson of their cohort's syllabus.

    `position` is how far the reader had come when they left, in thousandths of the lesson's height.
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
    position = models.PositiveSmallIntegerField(_("position"), default=0)

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
        ]

    def __str__(self):
        return f"{self.enrolment_id}/{self.lesson_id}"

    @property
    def done(self) -> bool:
        return self.completed_at is not None


class NoteQuerySet(models.QuerySet):
    def visible_to(self, user):
        """One's own and nobody else's: no role reads another person's notes."""
        return self.filter(enrolment__user=user)

    def in_order(self):
        return self.order_by("lesson__module__position", "lesson__position", "created_at", "pk")


class Note(TimestampedModel):
    """A learner's own words on a reflection of a lesson.

    `block` is the id of the reflection's block: the same in every language and version. The question is
    kept as it was read, since a later version may have another.
    """

    enrolment = models.ForeignKey(
        "cohorts.Enrolment", on_delete=models.PROTECT, related_name="notes"
    )
    lesson = models.ForeignKey(
        "cohorts.SyllabusLesson", on_delete=models.PROTECT, related_name="notes"
    )
    block = models.UUIDField()
    question = models.TextField(_("question"))
    text = models.TextField(_("note"), max_length=NOTE_LIMIT)

    objects = NoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "lesson", "block"], name="one_note_per_reflection"
            ),
            models.CheckConstraint(condition=~Q(text=""), name="a_note_says_something"),
        ]

    def __str__(self):
        return f"{self.enrolment_id}/{self.lesson_id}/{self.block}"
