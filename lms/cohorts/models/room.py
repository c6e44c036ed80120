from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from lms.core.models import TimestampedModel


class RoomQuerySet(models.QuerySet):
    def active(self):
        return self.filter(active=True)


class Room(TimestampedModel):
    """A place where sessions are held. What it says is public: it has a page of its own.

    The slug is made once from the name and stays, since mails and calendars point at the page.
    """

    name = models.CharField(_("name"), max_length=120, unique=True)
    slug = models.SlugField(max_length=140, unique=True, editable=False)
    address = models.CharField(_("address"), max_length=200)
    capacity = models.PositiveSmallIntegerField(
        _("capacity"), validators=[MinValueValidator(1)], help_text=_("How many people it holds.")
    )
    latitude = models.DecimalField(
        _("latitude"), max_digits=8, decimal_places=6, null=True, blank=True,
        validators=[MinValueValidator(-90), MaxValueValidator(90)],
        help_text=_("In degrees, such as 45.464203. With the longitude it makes the links to maps."),
    )  # fmt: skip
    longitude = models.DecimalField(
        _("longitude"), max_digits=9, decimal_places=6, null=True, blank=True,
        validators=[MinValueValidator(-180), MaxValueValidator(180)],
        help_text=_("In degrees, such as 9.189982."),
    )  # fmt: skip
    directions_it = models.TextField(_("how to get there (Italian)"), max_length=2000, blank=True)
    directions_en = models.TextField(_("how to get there (English)"), max_length=2000, blank=True)
    accessibility_it = models.TextField(_("accessibility (Italian)"), max_length=2000, blank=True)
    accessibility_en = models.TextField(_("accessibility (English)"), max_length=2000, blank=True)
    active = models.BooleanField(
        _("in use"), default=True, help_text=_("A room no longer in use cannot be chosen anew.")
    )

    objects = RoomQuerySet.as_manager()

    class Meta:
        verbose_name = _("room")
        verbose_name_plural = _("rooms")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(latitude=None, longitude=None)
                # A check that comes to NULL holds: whether they are there is asked apart.
                | Q(latitude__isnull=False, longitude__isnull=False)
                & Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="a_room_has_both_coordinates_or_none",
                violation_error_message=_("Give both latitude and longitude, or neither."),
            ),
            models.CheckConstraint(
                condition=Q(capacity__gte=1), name="a_room_holds_at_least_one_person"
            ),
        ]

    def __str__(self):
        return self.name

    def save(self, *args, **kwargs):
        if not self.slug:
            self.slug = self._free_slug()
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("cohorts:room", args=[self.slug])

    @property
    def directions(self) -> str:
        return self._said("directions")

    @property
    def accessibility(self) -> str:
        return self._said("accessibility")

    @property
    def place(self) -> str:
        """Name and address on one line."""
        return f"{self.name}, {self.address}"

    def _said(self, what: str) -> str:
        """In the reader's language, else in Italian, else in English."""
        italian, english = getattr(self, f"{what}_it"), getattr(self, f"{what}_en")
        return (english or italian) if get_language() == "en" else (italian or english)

    def _free_slug(self) -> str:
        base = slugify(self.name)[:130] or "sala"
        taken = set(Room.objects.filter(slug__startswith=base).values_list("slug", flat=True))
        tries = [base, *(f"{base}-{number}" for number in range(2, len(taken) + 2))]
        return next(slug for slug in tries if slug not in taken)
