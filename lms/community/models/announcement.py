import uuid

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from lms.core.models import TimestampedModel

TITLE_LIMIT = 150
TEXT_LIMIT = 8000


class AnnouncementQuerySet(models.QuerySet):
    def published(self):
        return self.exclude(published_at=None)

    def in_force(self):
        """Published and not taken down."""
        return self.filter(published_at__isnull=False, taken_down_at=None)

    def readable_in(self, enrolment):
        """What a learner reads: who has withdrawn keeps what was said before the day on which they left."""
        found = self.published().filter(cohort=enrolment.cohort_id)
        if enrolment.withdrawn_on:
            found = found.filter(published_at__date__lt=enrolment.withdrawn_on)
        return found


class Announcement(TimestampedModel):
    """Something said to a whole cohort and its staff, in Italian and perhaps in English.

    `text` is the small Markdown of `lms.community.wording`. Once published it is corrected, which readers see, or
    taken down with a reason; it is never deleted.
    """

    cohort = models.ForeignKey(
        "cohorts.Cohort", on_delete=models.PROTECT, related_name="announcements"
    )
    # Comes with the form: pressing twice writes one.
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    title = models.CharField(_("title"), max_length=TITLE_LIMIT, blank=True)
    text = models.TextField(_("text"), max_length=TEXT_LIMIT, blank=True)
    title_en = models.CharField(_("title in English"), max_length=TITLE_LIMIT, blank=True)
    text_en = models.TextField(_("text in English"), max_length=TEXT_LIMIT, blank=True)
    by = models.ForeignKey(
        "accounts.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+",
        verbose_name=_("by"),
    )  # fmt: skip
    by_mail = models.BooleanField(_("by mail too"), default=True)
    pinned = models.BooleanField(_("pinned to the top"), default=False)
    scheduled_for = models.DateTimeField(_("to be published at"), null=True, blank=True)
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)
    corrected_at = models.DateTimeField(_("corrected at"), null=True, blank=True)
    corrections = models.PositiveSmallIntegerField(default=0)
    taken_down_at = models.DateTimeField(_("taken down at"), null=True, blank=True)
    taken_down_reason = models.CharField(_("reason"), max_length=300, blank=True)
    # How often it was sent by mail, and whether the last round is still to be put on its way: a worker
    # that dies leaves it so.
    mail_round = models.PositiveSmallIntegerField(default=0)
    mails_due = models.BooleanField(default=False)

    objects = AnnouncementQuerySet.as_manager()

    class Meta:
        verbose_name = _("announcement")
        verbose_name_plural = _("announcements")
        ordering = ["-published_at", "-pk"]
        indexes = [
            models.Index(fields=["cohort", "-published_at"], name="announcement_of_cohort"),
            models.Index(
                fields=["scheduled_for"],
                condition=Q(published_at=None),
                name="announcement_to_publish",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(published_at=None) | ~Q(title="") & ~Q(text=""),
                name="a_published_announcement_says_something",
            ),
            models.CheckConstraint(
                condition=Q(published_at=None)
                | Q(title_en="", text_en="")
                | ~Q(title_en="") & ~Q(text_en=""),
                name="an_english_announcement_has_title_and_text",
            ),
            models.CheckConstraint(
                condition=Q(taken_down_at=None)
                | Q(published_at__isnull=False, taken_down_at__gte=F("published_at")),
                name="only_what_was_published_is_taken_down",
            ),
        ]

    def __str__(self):
        return self.title

    @property
    def state(self) -> str:
        """draft, scheduled, published, taken_down."""
        if self.taken_down_at:
            return "taken_down"
        if self.published_at:
            return "published"
        return "scheduled" if self.scheduled_for else "draft"

    @property
    def state_label(self):
        return {
            "draft": pgettext_lazy("announcement", "Draft"),
            "scheduled": pgettext_lazy("announcement", "Scheduled"),
            "published": pgettext_lazy("announcement", "Published"),
            "taken_down": pgettext_lazy("announcement", "Taken down"),
        }[self.state]

    def language_for(self, language: str) -> str:
        """The language in which a reader of `language` gets it: `it`, or `en` where it was written."""
        return "en" if language.startswith("en") and self.text_en else "it"

    def title_for(self, language: str) -> str:
        return self.title_en if self.language_for(language) == "en" else self.title

    def text_for(self, language: str) -> str:
        return self.text_en if self.language_for(language) == "en" else self.text

    @property
    def shown_language(self) -> str:
        return self.language_for(get_language() or "it")

    @property
    def shown_title(self) -> str:
        return self.title_for(get_language() or "it")


class AnnouncementMark(TimestampedModel):
    """Up to which moment a learner has read the announcements of their cohort."""

    enrolment = models.OneToOneField(
        "cohorts.Enrolment", on_delete=models.CASCADE, related_name="announcement_mark"
    )
    read_until = models.DateTimeField(_("read until"), default=timezone.now)

    class Meta:
        verbose_name = _("announcements read")
        verbose_name_plural = _("announcements read")

    def __str__(self):
        return f"{self.enrolment_id} · {self.read_until:%Y-%m-%d %H:%M}"
