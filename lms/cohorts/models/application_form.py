"""What a cohort asks of those who apply, and what they answered."""

from uuid import uuid4

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from lms.cohorts.choices import Asked, QuestionKind
from lms.cohorts.models.cohort import Cohort
from lms.cohorts.models.enrolment import Application
from lms.core.models import TimestampedModel

LONGEST_ANSWER = 8000


def in_words_of(texts: dict, language: str | None = None) -> str:
    """A text by language (`{"it": …, "en": …}`) in the one asked for, else in Italian."""
    code = (language or get_language() or settings.LANGUAGE_CODE)[:2]
    return texts.get(code) or texts.get(settings.LANGUAGE_CODE) or ""


class AdmissionForm(TimestampedModel):
    """The standard parts of a cohort's application form; a cohort without a row asks what the defaults ask."""

    cohort = models.OneToOneField(Cohort, on_delete=models.CASCADE, related_name="admission_form")
    motivation = models.CharField(
        _("motivation"), max_length=10, choices=Asked, default=Asked.REQUIRED
    )
    motivation_length = models.PositiveSmallIntegerField(
        _("longest motivation"),
        default=4000,
        validators=[MinValueValidator(200), MaxValueValidator(LONGEST_ANSWER)],
        help_text=_("In characters, from 200 to 8,000."),
    )
    cv = models.CharField(_("curriculum vitae"), max_length=10, choices=Asked, default=Asked.OFF)
    organisation = models.CharField(
        _("organisation"), max_length=10, choices=Asked, default=Asked.OPTIONAL
    )
    pool = models.BooleanField(
        _("seats asked for"),
        default=False,
        help_text=_("Applicants say for which of the cohort’s seats they apply."),
    )
    bursary = models.BooleanField(
        _("bursary request"),
        default=False,
        help_text=_("Applicants may ask for a bursary, and say why."),
    )

    class Meta:
        verbose_name = _("application form")
        verbose_name_plural = _("application forms")

    def __str__(self):
        return str(self.cohort)


class ApplicationQuestion(TimestampedModel):
    """A question of a cohort's application form.

    `labels` and `helps` are texts by language; `options` a list of `{"key", "it", "en"}`, for choices only.
    """

    cohort = models.ForeignKey(
        Cohort, on_delete=models.CASCADE, related_name="application_questions"
    )
    position = models.PositiveSmallIntegerField(_("position"))
    kind = models.CharField(_("kind"), max_length=10, choices=QuestionKind)
    labels = models.JSONField(_("question"), default=dict)
    helps = models.JSONField(_("help"), default=dict, blank=True)
    required = models.BooleanField(_("required"), default=True)
    options = models.JSONField(_("answers to choose from"), default=list, blank=True)
    max_length = models.PositiveSmallIntegerField(
        _("longest answer"),
        default=1000,
        validators=[MinValueValidator(10), MaxValueValidator(LONGEST_ANSWER)],
        help_text=_("In characters, for texts: from 10 to 8,000."),
    )

    class Meta:
        verbose_name = _("question to applicants")
        verbose_name_plural = _("questions to applicants")
        ordering = ["cohort", "position", "pk"]

    def __str__(self):
        return self.label

    @property
    def label(self) -> str:
        return in_words_of(self.labels)

    @property
    def help(self) -> str:
        return in_words_of(self.helps)

    def snapshot(self) -> dict:
        """The question as it is asked now, as plain JSON: what an answer keeps of it."""
        return {
            "kind": self.kind,
            "labels": self.labels,
            "helps": self.helps,
            "required": self.required,
            "options": self.options,
            "max_length": self.max_length,
            "position": self.position,
        }


class ApplicationAnswer(TimestampedModel):
    """What was answered: a text, a key, a list of keys, "yes" or "no"; for a file nothing, it is `ApplicationFile`.

    `asked` is the question as it was when the application was sent; empty in a draft.
    """

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="answers")
    question = models.ForeignKey(
        ApplicationQuestion, on_delete=models.CASCADE, related_name="answers"
    )
    value = models.JSONField(default=str, blank=True)
    asked = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name = _("answer of an applicant")
        verbose_name_plural = _("answers of applicants")
        ordering = ["application", "question__position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "question"], name="a_question_is_answered_once"
            )
        ]

    def __str__(self):
        return f"{self.application} · {self.question}"


class ApplicationFile(TimestampedModel):
    """A file that an applicant sent along: the CV (`question` null), or the answer to a question.

    `stored` is its random name in the storage `private`; `name` what the person called it, made clean. Served
    by one view alone, by `key`.
    """

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="files")
    question = models.ForeignKey(
        ApplicationQuestion,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="files",
    )
    key = models.UUIDField(default=uuid4, unique=True, editable=False)
    stored = models.CharField(max_length=80, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=120)
    content_type = models.CharField(max_length=100, editable=False)
    size = models.PositiveIntegerField(_("size"), editable=False)
    sha256 = models.CharField(max_length=64, editable=False)

    class Meta:
        verbose_name = _("file of an applicant")
        verbose_name_plural = _("files of applicants")
        ordering = ["application", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "question"], name="a_question_has_one_file"
            ),
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(question=None),
                name="an_application_has_one_cv",
            ),
        ]

    def __str__(self):
        return self.name
