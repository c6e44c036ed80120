"""What a cohort reads: the lessons and versions it opened with (docs/decisions/0004)."""

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from lms.cohorts.models.cohort import Cohort


class SyllabusModule(models.Model):
    """A module as it was at opening: `minutes` in class, titles by language code."""

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="modules")
    position = models.PositiveSmallIntegerField(_("position"))
    translation_key = models.UUIDField()
    titles = models.JSONField(default=dict)
    minutes = models.PositiveIntegerField(_("minutes in class"), default=0)

    class Meta:
        ordering = ["cohort", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["cohort", "position"], name="one_module_per_position_of_a_cohort"
            ),
            models.UniqueConstraint(
                fields=["cohort", "translation_key"], name="a_module_is_in_a_syllabus_once"
            ),
        ]

    def __str__(self):
        return f"{self.position}. {self.title}"

    @property
    def title(self) -> str:
        """In the reader's language where there is one, else in Italian."""
        return self.titles.get((get_language() or "it")[:2]) or self.titles.get("it", "")


class SyllabusLesson(models.Model):
    """A lesson of the syllabus; progress points here, whatever language is read."""

    module = models.ForeignKey(SyllabusModule, on_delete=models.CASCADE, related_name="lessons")
    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="lessons")
    position = models.PositiveSmallIntegerField(_("position"))
    lesson = models.ForeignKey(
        "curriculum.Lesson", on_delete=models.PROTECT, related_name="syllabus_rows"
    )
    translation_key = models.UUIDField()
    required = models.BooleanField(_("required"), default=True)
    minutes = models.PositiveSmallIntegerField(_("estimated minutes"), default=0)

    class Meta:
        ordering = ["cohort", "module__position", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["module", "position"], name="one_lesson_per_position_of_a_module"
            ),
            models.UniqueConstraint(
                fields=["cohort", "translation_key"], name="a_lesson_is_in_a_syllabus_once"
            ),
        ]

    def __str__(self):
        return f"{self.cohort_id}/{self.position}"


class PinnedLesson(models.Model):
    """The version of a lesson that a cohort reads in one language. Added later, never swapped."""

    syllabus_lesson = models.ForeignKey(
        SyllabusLesson, on_delete=models.CASCADE, related_name="pins"
    )
    locale = models.ForeignKey("wagtailcore.Locale", on_delete=models.PROTECT, related_name="+")
    lesson = models.ForeignKey("curriculum.Lesson", on_delete=models.PROTECT, related_name="pins")
    revision = models.ForeignKey("wagtailcore.Revision", on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=255)
    content_hash = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["syllabus_lesson", "locale"], name="one_version_per_lesson_and_language"
            )
        ]

    def __str__(self):
        return f"{self.title} ({self.locale_id})"


class PinnedImage(models.Model):
    """Keeps a picture that a pinned version shows: the reference index knows live pages only."""

    pin = models.ForeignKey(PinnedLesson, on_delete=models.CASCADE, related_name="images")
    image = models.ForeignKey("cms.HubImage", on_delete=models.PROTECT, related_name="pins")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["pin", "image"], name="an_image_is_pinned_once")
        ]

    def __str__(self):
        return f"{self.image_id} in {self.pin_id}"


class PinnedDocument(models.Model):
    """Keeps a file that a pinned version offers, as `PinnedImage` keeps pictures."""

    pin = models.ForeignKey(PinnedLesson, on_delete=models.CASCADE, related_name="documents")
    document = models.ForeignKey("cms.HubDocument", on_delete=models.PROTECT, related_name="pins")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["pin", "document"], name="a_document_is_pinned_once")
        ]

    def __str__(self):
        return f"{self.document_id} in {self.pin_id}"
