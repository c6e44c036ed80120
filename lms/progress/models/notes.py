"""What a learner writes and marks for themselves: notes, highlights, bookmarks. Nobody else reads them."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lms.core.models import TimestampedModel

NOTE_LIMIT = 8000
QUOTE_LIMIT, CONTEXT_LIMIT, REMARK_LIMIT = 1000, 64, 2000
# Of one lesson; who marks more than this marks everything.
HIGHLIGHTS_LIMIT = 100


class PrivateQuerySet(models.QuerySet):
    def visible_to(self, user):
        """One's own and nobody else's: no role reads another person's notes, highlights or bookmarks."""
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

    objects = PrivateQuerySet.as_manager()

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


class Highlight(TimestampedModel):
    """A passage of a lesson that its reader marked, with or without a remark.

    It survives the text: `quote` is kept as it was read, in `language`, with what stood before and after it (the
    text-quote selector of the W3C's Web Annotation), `block` and `start` (in characters of the block's text) say
    where, `version` is the hash of the text that was read. `key` is made by whoever sends it, so that what
    arrives twice is kept once.
    """

    key = models.UUIDField(default=uuid.uuid4)
    enrolment = models.ForeignKey(
        "cohorts.Enrolment", on_delete=models.PROTECT, related_name="highlights"
    )
    lesson = models.ForeignKey(
        "cohorts.SyllabusLesson", on_delete=models.PROTECT, related_name="highlights"
    )
    language = models.CharField(_("language"), max_length=5)
    version = models.CharField(max_length=64, blank=True)
    block = models.UUIDField()
    start = models.PositiveIntegerField(default=0)
    quote = models.TextField(_("passage"), max_length=QUOTE_LIMIT)
    prefix = models.CharField(max_length=CONTEXT_LIMIT, blank=True)
    suffix = models.CharField(max_length=CONTEXT_LIMIT, blank=True)
    remark = models.TextField(_("note"), max_length=REMARK_LIMIT, blank=True)

    objects = PrivateQuerySet.as_manager()

    class Meta:
        verbose_name = _("highlight")
        verbose_name_plural = _("highlights")
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "key"], name="a_highlight_arrives_once"),
            models.CheckConstraint(condition=~Q(quote=""), name="a_highlight_quotes_something"),
        ]

    def __str__(self):
        return f"{self.enrolment_id}/{self.lesson_id}/{self.key}"


class Bookmark(models.Model):
    """A lesson that its reader wants to find again."""

    enrolment = models.ForeignKey(
        "cohorts.Enrolment", on_delete=models.PROTECT, related_name="bookmarks"
    )
    lesson = models.ForeignKey(
        "cohorts.SyllabusLesson", on_delete=models.PROTECT, related_name="bookmarks"
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = PrivateQuerySet.as_manager()

    class Meta:
        verbose_name = _("bookmark")
        verbose_name_plural = _("bookmarks")
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "lesson"], name="a_lesson_is_bookmarked_once"
            )
        ]

    def __str__(self):
        return f"{self.enrolment_id}/{self.lesson_id}"
