from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.models import Orderable, RevisionMixin

from assessment.choices import QuestionKind
from assessment.models.texts import TextsField, in_language
from curriculum.models import CourseInstructor
from lms.accounts.choices import Role
from lms.core.models import TimestampedModel

stable_key = RegexValidator(
    r"^[a-z0-9][a-z0-9_-]{0,79}$", _("Small letters, digits, hyphens and underscores.")
)


def courses_taught(user):
    """Translation keys (a subquery) of the courses that `user` teaches, in whatever language."""
    return CourseInstructor.objects.filter(user=user).values("course__translation_key")


def readable(queryset, user, path: str):
    """The rows that `user` may read in the admin, where `path` leads to a course's translation key.

    Administrators and the scientific committee read all; instructors those of the courses they teach
    and those that belong to no course; everybody else none.
    """
    if not user.is_authenticated or not user.is_active:
        return queryset.none()
    if user.has_role(Role.ADMINISTRATOR, Role.COMMITTEE):
        return queryset
    if not user.has_role(Role.INSTRUCTOR):
        return queryset.none()
    mine = Q(**{f"{path}__in": courses_taught(user)}) | Q(**{f"{path}__isnull": True})
    return queryset.filter(mine)


class QuestionBankQuerySet(models.QuerySet):
    def visible_to(self, user):
        return readable(self, user, "course_key")


class QuestionBank(TimestampedModel):
    """A shelf of questions, of one course or of none (shared by all)."""

    course_key = models.UUIDField(
        _("course"),
        null=True,
        blank=True,
        db_index=True,
        help_text=_("Empty: shared by all courses."),
    )
    name = models.CharField(_("name"), max_length=200)

    objects = QuestionBankQuerySet.as_manager()

    class Meta:
        verbose_name = _("question bank")
        verbose_name_plural = _("question banks")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["course_key", "name"],
                name="a_bank_has_a_name_of_its_own_in_its_course",
                violation_error_message=_("This course already has a bank of this name."),
            ),
            models.UniqueConstraint(
                fields=["name"],
                condition=Q(course_key=None),
                name="a_shared_bank_has_a_name_of_its_own",
                violation_error_message=_("There is already a shared bank of this name."),
            ),
        ]

    def __str__(self):
        return self.name


class QuestionQuerySet(models.QuerySet):
    def visible_to(self, user):
        return readable(self, user, "bank__course_key")

    def containing(self, words: str):
        """Those whose key or text, in whatever language, contains `words`."""
        found = Q(key__icontains=words)
        for code, _name in settings.LANGUAGES:
            found |= Q(**{f"text__{code}__icontains": words})
        return self.filter(found)


class Question(RevisionMixin, TimestampedModel, ClusterableModel):
    """One question: one key, one mark, texts in every language. Every edit is kept as a revision."""

    bank = models.ForeignKey(
        QuestionBank, verbose_name=_("bank"), on_delete=models.PROTECT, related_name="questions"
    )
    key = models.CharField(
        _("key"),
        max_length=80,
        validators=[stable_key],
        help_text=_("Stays the same for ever: attempts and imports know the question by it."),
    )
    kind = models.CharField(
        _("kind"), max_length=20, choices=QuestionKind, default=QuestionKind.SINGLE
    )
    outcome = models.CharField(
        _("outcome"), max_length=20, blank=True, help_text=_("Its key in the course, such as O1.")
    )
    points = models.PositiveSmallIntegerField(
        _("points"), default=1, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    text = TextsField(_("question"), rows=3)
    feedback = TextsField(
        _("explanation"), blank=True, help_text=_("Shown to everybody after the hand-in.")
    )

    objects = QuestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["bank", "key"]
        constraints = [
            models.UniqueConstraint(
                fields=["bank", "key"],
                name="a_question_has_a_key_of_its_own_in_its_bank",
                violation_error_message=_("This bank already has a question with this key."),
            ),
            models.CheckConstraint(condition=Q(points__gte=1), name="a_question_is_worth_a_point"),
        ]

    def __str__(self):
        return f"{self.key} · {in_language(self.text)}"[:120]


class Choice(Orderable):
    """One of the answers on offer, with what to say to who ticks it."""

    question = ParentalKey(Question, on_delete=models.CASCADE, related_name="choices")
    key = models.CharField(_("key"), max_length=20, validators=[stable_key])
    correct = models.BooleanField(_("right answer"), default=False)
    text = TextsField(_("answer"), rows=2)
    feedback = TextsField(_("feedback"), blank=True)

    class Meta(Orderable.Meta):
        verbose_name = _("choice")
        verbose_name_plural = _("choices")
        constraints = [
            models.UniqueConstraint(
                fields=["question", "key"],
                name="a_choice_has_a_key_of_its_own_in_its_question",
                violation_error_message=_("Two choices have the same key."),
            )
        ]

    def __str__(self):
        return f"{self.key} · {in_language(self.text)}"[:120]
