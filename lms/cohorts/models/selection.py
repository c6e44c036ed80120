"""How applications are read and put in order: the rubric, the readers, their readings, the rankings that were made."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lms.cohorts.choices import APPLIED
from lms.cohorts.models.application_form import in_words_of
from lms.cohorts.models.cohort import Cohort
from lms.cohorts.models.enrolment import Application
from lms.core.models import TimestampedModel

# How many read every application, and how many where the first two are far apart.
READINGS, READINGS_AT_MOST = 2, 3


class Selection(TimestampedModel):
    """The rules by which a cohort chooses; the rubric is frozen with the first reading handed in."""

    cohort = models.OneToOneField(Cohort, on_delete=models.CASCADE, related_name="selection")
    frozen_at = models.DateTimeField(null=True, blank=True, editable=False)
    third_over = models.PositiveSmallIntegerField(
        _("third reading over (%)"),
        default=25,
        validators=[MaxValueValidator(100)],
        help_text=_(
            "If the totals of the two readings differ by more than this share of the highest possible "
            "total, a third person reads the application; then all three count alike."
        ),
    )
    show_files = models.BooleanField(
        _("readers may open the files"),
        default=False,
        help_text=_("A CV nearly always says whose it is: with files the reading is hardly blind."),
    )
    offer_hours = models.PositiveSmallIntegerField(
        _("an offer holds for (hours)"),
        default=48,
        validators=[MinValueValidator(1), MaxValueValidator(720)],
    )
    offer_days = models.PositiveSmallIntegerField(
        _("offers go on after the first day for (days)"),
        default=7,
        validators=[MaxValueValidator(365)],
    )
    list_closed_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("rules of a selection")
        verbose_name_plural = _("rules of selections")
        constraints = [
            models.CheckConstraint(condition=Q(offer_hours__gte=1), name="an_offer_holds_an_hour"),
            models.CheckConstraint(
                condition=Q(third_over__lte=100), name="a_third_reading_is_asked_over_a_percentage"
            ),
        ]

    def __str__(self):
        return f"{self.cohort_id}"


class Criterion(TimestampedModel):
    """One line of a cohort's rubric: what is looked at, how much it weighs, what each level means.

    `titles` is `{"it": …, "en": …}`; `levels` a list of the same shape: its first is worth 0 points.
    """

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="criteria")
    position = models.PositiveSmallIntegerField(_("position"))
    titles = models.JSONField(_("titles"), default=dict)
    weight = models.PositiveSmallIntegerField(
        _("weight"), default=1, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    levels = models.JSONField(_("levels"), default=list)

    class Meta:
        verbose_name = _("criterion")
        verbose_name_plural = _("criteria")
        ordering = ["cohort", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["cohort", "position"], name="one_criterion_per_position_of_a_rubric"
            ),
            models.CheckConstraint(condition=Q(weight__gte=1), name="a_criterion_weighs_something"),
        ]

    def __str__(self):
        return self.title

    @property
    def title(self) -> str:
        return in_words_of(self.titles)

    @property
    def level_titles(self) -> list[str]:
        """What 0, 1, 2… points mean, in the reader's language."""
        return [in_words_of(level) for level in self.levels]

    @property
    def highest(self) -> int:
        return max(len(self.levels) - 1, 0)


class Reader(TimestampedModel):
    """A person who reads a cohort's applications without knowing whose they are."""

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="readers")
    user = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, related_name="reader_rows",
        verbose_name=_("person"),
    )  # fmt: skip
    active = models.BooleanField(_("reads"), default=True)

    class Meta:
        verbose_name = _("reader of applications")
        verbose_name_plural = _("readers of applications")
        ordering = ["cohort", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["cohort", "user"],
                name="a_person_is_a_reader_once_per_cohort",
                violation_error_message=_("This person is a reader already."),
            )
        ]

    def __str__(self):
        return str(self.user)


class Dossier(models.Model):
    """The number under which readers know an application: drawn, so that it tells nothing of its order."""

    application = models.OneToOneField(
        Application, on_delete=models.CASCADE, related_name="dossier"
    )
    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="dossiers")
    number = models.PositiveIntegerField(_("number"))

    class Meta:
        verbose_name = _("number of an application")
        verbose_name_plural = _("numbers of applications")
        constraints = [
            models.UniqueConstraint(
                fields=["cohort", "number"], name="a_dossier_number_is_given_once"
            )
        ]

    def __str__(self):
        return str(self.number)


class ReadingQuerySet(models.QuerySet):
    def live(self):
        """Those that count or will: no conflict of interest, not taken back."""
        return self.filter(dropped_at=None)

    def submitted(self):
        return self.live().exclude(submitted_at=None)

    def visible_to(self, user):
        """A reader's own; not those of a cohort to which they have themselves applied."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        mine = Application.objects.filter(user=user, status__in=APPLIED)
        return (
            self.live()
            .filter(reader__user=user, reader__active=True)
            .exclude(application__cohort__in=mine.values("cohort"))
        )


class Reading(TimestampedModel):
    """One reader's judgement of one application. `place` is 1, 2 or, where a third is asked for, 3.

    A reading that was dropped (conflict of interest, or the reader stepped down) keeps its row, so that the
    same person never gets the application again.
    """

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="readings")
    reader = models.ForeignKey(Reader, on_delete=models.PROTECT, related_name="readings")
    place = models.PositiveSmallIntegerField(_("place"))
    assigned_at = models.DateTimeField(_("assigned at"))
    comment = models.TextField(_("comment"), max_length=2000, blank=True)
    submitted_at = models.DateTimeField(_("handed in at"), null=True, blank=True)
    dropped_at = models.DateTimeField(null=True, blank=True, editable=False)
    drop_reason = models.CharField(_("reason"), max_length=300, blank=True)

    objects = ReadingQuerySet.as_manager()

    class Meta:
        verbose_name = _("reading")
        verbose_name_plural = _("readings")
        ordering = ["application", "place", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "reader"], name="a_reader_gets_an_application_once"
            ),
            models.UniqueConstraint(
                fields=["application", "place"],
                condition=Q(dropped_at=None),
                name="one_reading_per_place_of_an_application",
            ),
            models.CheckConstraint(
                condition=Q(place__gte=1, place__lte=READINGS_AT_MOST),
                name="an_application_is_read_at_most_three_times",
            ),
            models.CheckConstraint(
                condition=Q(dropped_at=None) | Q(submitted_at=None),
                name="a_reading_handed_in_is_not_dropped",
            ),
        ]

    def __str__(self):
        return f"{self.application_id}/{self.place}"


class ReadingScore(models.Model):
    """The points that a reading gives on one criterion (None while it is a draft), and why."""

    reading = models.ForeignKey(Reading, on_delete=models.CASCADE, related_name="scores")
    criterion = models.ForeignKey(Criterion, on_delete=models.CASCADE, related_name="scores")
    points = models.PositiveSmallIntegerField(_("points"), null=True, blank=True)
    comment = models.TextField(_("comment"), max_length=1000, blank=True)

    class Meta:
        verbose_name = _("points on a criterion")
        verbose_name_plural = _("points on criteria")
        constraints = [
            models.UniqueConstraint(
                fields=["reading", "criterion"], name="a_reading_scores_a_criterion_once"
            )
        ]

    def __str__(self):
        return f"{self.reading_id}/{self.criterion_id}: {self.points}"


class Ranking(models.Model):
    """An order of applications as it was made. Never changed, never deleted; a newer one supersedes it.

    `data` holds what it was computed from and what came out (`summary.ranking`), identifiers and integers
    alone; `sha256` is that of its canonical JSON, and stands in the audit log too.
    """

    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="rankings")
    number = models.PositiveIntegerField(_("number"))
    made_at = models.DateTimeField(_("made at"))
    by = models.ForeignKey(
        "accounts.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    seed = models.BigIntegerField(_("seed"))
    data = models.JSONField(default=dict)
    sha256 = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("ranking")
        verbose_name_plural = _("rankings")
        ordering = ["cohort", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["cohort", "number"], name="a_cohort_has_a_ranking_number_once"
            ),
            models.CheckConstraint(condition=Q(number__gte=1), name="rankings_count_from_one"),
        ]

    def __str__(self):
        return f"{self.cohort_id} · {self.number}"
