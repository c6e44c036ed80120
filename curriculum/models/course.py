import uuid

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.blocks import StreamBlock
from wagtail.models import Orderable, Page
from wagtail.search import index
from wagtail_localize.fields import SynchronizedField

from cms.models import BasePage
from curriculum.blocks import OutcomeBlock
from curriculum.choices import Subject
from curriculum.models.introduced import Introduced
from curriculum.models.reviewed import Reviewed
from curriculum.panels import OutcomeMapPanel
from lms.accounts.choices import Role
from lms.core.fields import KeysField, LeanStreamField

# Root › home › catalogue › course.
COURSE_DEPTH = 4
course_code = RegexValidator(r"^[A-Z][A-Z0-9-]{2,29}$", _("Capital letters, digits and hyphens."))
CODE_TAKEN = _("Another course has this code already: choose one of its own.")
CODE_STAYS = _(
    "The code of a course stays the same for ever: this one is %(code)s. For another, duplicate the course."
)


class Course(Reviewed, Introduced, BasePage):
    """A Master Civico. `code` is the same in every language; times are in hours of 60 minutes."""

    code = models.CharField(
        _("code"),
        max_length=30,
        validators=[course_code],
        db_index=True,
        help_text=_("Stays the same for ever and in every language, such as MC-CODESIGN."),
    )
    subject = models.CharField(_("subject"), max_length=20, choices=Subject)
    outcomes = LeanStreamField(
        StreamBlock([("outcome", OutcomeBlock())]), verbose_name=_("learning outcomes"), blank=True
    )
    prerequisites = models.TextField(_("prerequisites"), blank=True)
    # Codes of courses: they are the same in every language and in every installation.
    prerequisite_codes = KeysField(
        _("courses to take before"), help_text=_("Shown as links, beside the text.")
    )
    assessment_text = models.TextField(_("how it is assessed"), blank=True)
    # Translation keys of partners: each language shows its own text of them.
    partner_keys = KeysField(
        _("partners"), help_text=_("Institutions of the network that take part in this course.")
    )
    fee = models.DecimalField(
        _("fee (€)"),
        max_digits=7,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text=_("0 is free. Empty: the page says nothing of a price."),
    )
    bursary_text = models.TextField(
        _("bursaries"), blank=True, help_text=_("Who can have one, how and until when to ask.")
    )
    hours_class = models.PositiveSmallIntegerField(_("hours in class or remote"), default=24)
    hours_project = models.PositiveSmallIntegerField(_("hours of project work"), default=16)
    hours_total = models.PositiveSmallIntegerField(_("notional hours in all"), default=75)
    eqf_level = models.PositiveSmallIntegerField(
        _("EQF level"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(8)],
    )
    attendance_threshold = models.PositiveSmallIntegerField(
        _("attendance threshold (%)"),
        default=75,
        validators=[MaxValueValidator(100)],
        help_text=_("Copied to each cohort when it opens (Regione Lombardia's vouchers: 75 %)."),
    )

    parent_page_types = ["curriculum.Catalogue"]
    subpage_types = ["curriculum.Module"]
    template = "curriculum/course.html"
    content_panels = BasePage.content_panels + [
        FieldRowPanel([FieldPanel("code"), FieldPanel("subject"), FieldPanel("co_title")]),
        FieldPanel("audience"),
        FieldPanel("introduction"),
        FieldPanel("outcomes"),
        OutcomeMapPanel(),
        MultiFieldPanel(
            [FieldPanel("prerequisites"), FieldPanel("prerequisite_codes")], _("What is needed")
        ),
        FieldPanel("assessment_text"),
        MultiFieldPanel(
            [
                FieldRowPanel(
                    [
                        FieldPanel("hours_class"),
                        FieldPanel("hours_project"),
                        FieldPanel("hours_total"),
                    ]
                ),
                FieldRowPanel([FieldPanel("eqf_level"), FieldPanel("attendance_threshold")]),
            ],
            _("Hours, level, threshold"),
        ),
        MultiFieldPanel(
            [FieldPanel("fee"), FieldPanel("fee_text"), FieldPanel("bursary_text")],
            _("Fee and bursaries"),
        ),
        InlinePanel("instructor_rows", heading=_("Instructors"), label=_("Instructor")),
        FieldPanel("partner_keys"),
        FieldPanel("faq"),
    ]
    search_fields = BasePage.search_fields + [
        index.SearchField("summary"),
        index.SearchField("introduction"),
        index.FilterField("code"),
        index.FilterField("subject"),
    ]

    # The code looks like a text and is none; the other facts are copied as they are (docs/decisions/0070).
    override_translatable_fields = BasePage.override_translatable_fields + [
        SynchronizedField("code", overridable=False)
    ]

    class Meta:
        verbose_name = _("course")
        verbose_name_plural = _("courses")

    def clean(self):
        super().clean()
        borne = CourseCode.objects.filter(translation_key=self.translation_key).first()
        if borne and self.code and borne.code != self.code:
            raise ValidationError({"code": CODE_STAYS % {"code": borne.code}}, "code_stays")
        if CourseCode.objects.taken(self.code, self.translation_key):
            raise ValidationError({"code": CODE_TAKEN}, "code_taken")

    @transaction.atomic
    def save(self, *args, **kwargs):
        CourseCode.claim(code=self.code, key=self.translation_key)
        return super().save(*args, **kwargs)

    @property
    def hue(self) -> str:
        return self.subject

    @property
    def hours_study(self) -> int:
        """What the notional hours leave to studying alone."""
        return max(0, self.hours_total - self.hours_class - self.hours_project)

    @property
    def outcome_texts(self) -> dict[str, str]:
        """{key: text}, in the order of the page."""
        return {block.value["key"]: str(block.value["text"]) for block in self.outcomes}


def course_path(page: Page) -> str:
    """The path of the course that a page of the catalogue stands in, or is."""
    return page.path[: Page.steplen * COURSE_DEPTH]


class CourseCodeQuerySet(models.QuerySet):
    def taken(self, code: str, key: uuid.UUID | None = None) -> bool:
        """Another course than `key` bears the code. A course that is gone bears none."""
        return self.filter(self._borne(), code=code).exclude(translation_key=key).exists()

    def left_behind(self):
        """Those of courses that are gone."""
        return self.exclude(self._borne())

    def _borne(self):
        pages = Course.objects.filter(translation_key=models.OuterRef("translation_key"))
        return models.Exists(pages)


class CourseCode(models.Model):
    """Which course bears a code, in all its languages: each translation of it is a page of its own.

    A constraint cannot say that of pages, whose translation key stands in the table of another model.
    """

    code = models.CharField(_("code"), max_length=30, unique=True, validators=[course_code])
    translation_key = models.UUIDField(_("course"), unique=True)

    objects = CourseCodeQuerySet.as_manager()

    class Meta:
        verbose_name = _("course code")
        verbose_name_plural = _("course codes")

    def __str__(self):
        return self.code

    @classmethod
    def claim(cls, *, code: str, key: uuid.UUID) -> None:
        """Let the course `key` bear `code`; ValidationError if another does, also one made at this moment."""
        if cls.objects.filter(code=code, translation_key=key).exists():
            return
        try:
            with transaction.atomic():
                cls.objects.left_behind().filter(code=code).exclude(translation_key=key).delete()
                cls.objects.update_or_create(translation_key=key, defaults={"code": code})
        except IntegrityError as error:
            raise ValidationError({"code": CODE_TAKEN}, "code_taken") from error


class CourseInstructor(Orderable):
    """Who teaches a course, and may edit it (`curriculum.permissions`)."""

    course = ParentalKey(Course, on_delete=models.CASCADE, related_name="instructor_rows")
    user = models.ForeignKey(
        "accounts.User",
        verbose_name=_("instructor"),
        on_delete=models.CASCADE,
        related_name="course_rows",
        # The page's form offers these and nobody else: its authors must not read everybody's names.
        limit_choices_to={"groups__name": Role.INSTRUCTOR.value, "is_active": True},
    )

    class Meta(Orderable.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["course", "user"],
                name="an_instructor_is_listed_once_per_course",
                violation_error_message=_("This instructor is already listed."),
            )
        ]

    @classmethod
    def courses_of(cls, user) -> models.QuerySet[Course]:
        """The courses that list the person in any language, with their translations."""
        taught = cls.objects.filter(user=user).values("course__translation_key")
        return Course.objects.filter(translation_key__in=taught)
