"""What a cohort reads: the lessons and versions it opened with, and those brought in since (docs/decisions/0004)."""

import hashlib
import json

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.models import Revision

from curriculum.choices import Completion
from curriculum.models import Lesson
from lms.cohorts.models.cohort import Cohort
from lms.core.models import TimestampedModel

# What a version is judged by: a stream migration that rewrites revisions must not be able to alter the
# hash of what was taught, nor a field that no learner sees.
HASHED_FIELDS = ("title", "slug", "seo_title", "search_description", "summary")


def canonical(facts: object) -> bytes:
    """JSON whose bytes depend on nothing but what it says."""
    return json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def content_hash(revision: Revision, *, locale: str, translation_key: str) -> str:
    """SHA-256 of what a learner reads in a revision: titles, summary, body, language, key."""
    content = revision.content
    facts = {name: content.get(name) or "" for name in HASHED_FIELDS}
    facts |= {
        "body": blocks_of(revision),
        "locale": locale,
        "translation_key": str(translation_key),
    }
    return hashlib.sha256(canonical(facts)).hexdigest()


def blocks_of(revision: Revision) -> list:
    """The body of a lesson's revision, as the stream keeps it."""
    body = revision.content.get("body") or []
    return json.loads(body) if isinstance(body, str) else body


def own_revision(lesson: Lesson) -> Revision | None:
    """The published version; an alias's belongs to its source: pinning it would pin another page."""
    revision = lesson.live_revision
    return revision if revision and revision.object_id == str(lesson.pk) else None


class SyllabusModule(models.Model):
    """A module as it was at opening: `minutes` in class, titles by language code.

    When learners may read it is a setting of the cohort (`services.release_module`), no part of what was pinned:
    from the first moment of a day in Europe/Rome, after the previous module is passed, after a quiz is passed (its
    key among the course's quizzes), or all of these.
    """

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="modules")
    position = models.PositiveSmallIntegerField(_("position"))
    translation_key = models.UUIDField()
    titles = models.JSONField(default=dict)
    minutes = models.PositiveIntegerField(_("minutes in class"), default=0)
    opens_on = models.DateField(_("opens on"), null=True, blank=True)
    after_previous = models.BooleanField(_("after the previous module"), default=False)
    after_quiz = models.CharField(_("after the quiz"), max_length=80, blank=True)

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
    completion = models.CharField(
        _("done by"), max_length=12, choices=Completion, default=Completion.BUTTON
    )

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


class ModuleOpening(TimestampedModel):
    """A module opened for one learner before its time, by whom and why; the audit log keeps those taken back."""

    enrolment = models.ForeignKey(
        "cohorts.Enrolment", on_delete=models.PROTECT, related_name="module_openings"
    )
    module = models.ForeignKey(SyllabusModule, on_delete=models.CASCADE, related_name="openings")
    by = models.ForeignKey(
        "accounts.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    reason = models.CharField(_("reason"), max_length=200)

    class Meta:
        verbose_name = _("module opened early")
        verbose_name_plural = _("modules opened early")
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "module"], name="a_module_is_opened_early_once_per_learner"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="opening_early_says_why"),
        ]

    def __str__(self):
        return f"{self.enrolment_id}/{self.module_id}"


class PinnedLesson(models.Model):
    """The version of a lesson that a cohort reads in one language.

    `services.bring_in` alone swaps it, and keeps what was read before as a `PinChange`.
    """

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

    def hash_of(self, revision: Revision) -> str:
        """The hash of a revision of this lesson; needs `locale` and `lesson`."""
        return content_hash(
            revision,
            locale=self.locale.language_code,
            translation_key=str(self.lesson.translation_key),
        )


class SyllabusVersion(models.Model):
    """A state of the syllabus that can be cited: its number (1 at opening), moment, and SHA-256 of what it held.

    `contents` are the facts that were hashed (`summary.contents_of`), one for each lesson in teaching order.
    """

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="syllabus_versions")
    number = models.PositiveIntegerField(_("number"))
    at = models.DateTimeField(_("since"))
    by = models.ForeignKey(
        "accounts.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    sha256 = models.CharField(max_length=64)
    contents = models.JSONField(default=list)

    class Meta:
        verbose_name = _("version of the syllabus")
        verbose_name_plural = _("versions of the syllabus")
        ordering = ["cohort", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["cohort", "number"], name="a_cohort_has_a_syllabus_number_once"
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1), name="syllabus_versions_count_from_one"
            ),
        ]

    def __str__(self):
        return f"{self.cohort_id} · {self.number}"


class PinChange(models.Model):
    """One lesson, in one language, that a version of the syllabus brought in. Never changed, never deleted.

    Without `old_revision` it was added: a lesson or a language that the cohort did not have. `reason` is what
    learners read of an erratum.
    """

    version = models.ForeignKey(SyllabusVersion, on_delete=models.CASCADE, related_name="changes")
    pin = models.ForeignKey(PinnedLesson, on_delete=models.CASCADE, related_name="changes")
    old_revision = models.ForeignKey(
        "wagtailcore.Revision", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    new_revision = models.ForeignKey(
        "wagtailcore.Revision", on_delete=models.PROTECT, related_name="+"
    )
    erratum = models.BooleanField(_("erratum"), default=False)
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("change of a lesson's version")
        verbose_name_plural = _("changes of lessons' versions")
        ordering = ["version", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "pin"], name="a_syllabus_version_changes_a_pin_once"
            ),
            models.CheckConstraint(
                condition=Q(erratum=False, reason="") | Q(erratum=True) & ~Q(reason=""),
                name="an_erratum_says_why",
            ),
            models.CheckConstraint(
                condition=Q(erratum=False) | Q(old_revision__isnull=False),
                name="an_erratum_mends_what_was_there",
            ),
        ]

    def __str__(self):
        return f"{self.version_id}/{self.pin_id}"


class PinnedImage(models.Model):
    """Keeps a picture that a pinned version shows: the reference index knows live pages only."""

    pin = models.ForeignKey(PinnedLesson, on_delete=models.CASCADE, related_name="images")
    image = models.ForeignKey("cms.HubImage", on_delete=models.PROTECT, related_name="pins")
    # False: only a version that was read before shows it.
    current = models.BooleanField(default=True)

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
    # False: only a version that was read before shows it.
    current = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["pin", "document"], name="a_document_is_pinned_once")
        ]

    def __str__(self):
        return f"{self.document_id} in {self.pin_id}"
