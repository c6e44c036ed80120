from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.models import PageManager, PageQuerySet
from wagtail.search import index

from cms.choices import EventAudience, EventFormat, EventLevel
from cms.models.base import BodyPage


class EventIndexPage(BodyPage):
    parent_page_types = ["cms.HomePage"]
    subpage_types = ["cms.EventPage"]
    template = "cms/event_index_page.html"

    class Meta:
        verbose_name = _("list of events")


class EventQuerySet(PageQuerySet):
    def upcoming(self, now):
        """Not over at `now`, the next one first."""
        return self.filter(ends_at__gte=now).order_by("starts_at", "pk")

    def past(self, now):
        """Over at `now`, the latest first."""
        return self.filter(ends_at__lt=now).order_by("-starts_at", "-pk")


class EventPage(BodyPage):
    """Something that happens in the house or by its doing."""

    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    place = models.CharField(_("place"), max_length=150)
    access = models.CharField(
        _("access"),
        max_length=200,
        blank=True,
        help_text=_("Step-free entrance, sign language, captions: what there is."),
    )
    online_link = models.URLField(_("link to follow it online"), blank=True)
    level = models.CharField(_("level"), max_length=20, choices=EventLevel)
    format = models.CharField(_("format"), max_length=20, choices=EventFormat)
    audience = models.CharField(
        _("audience"), max_length=20, choices=EventAudience, default=EventAudience.EVERYONE
    )

    objects = PageManager.from_queryset(EventQuerySet)()

    parent_page_types = ["cms.EventIndexPage"]
    subpage_types: list[str] = []
    template = "cms/event_page.html"
    content_panels = BodyPage.content_panels[:-1] + [
        FieldRowPanel([FieldPanel("starts_at"), FieldPanel("ends_at")]),
        FieldRowPanel([FieldPanel("place"), FieldPanel("online_link")]),
        FieldPanel("access"),
        FieldRowPanel([FieldPanel("level"), FieldPanel("format"), FieldPanel("audience")]),
        FieldPanel("body"),
    ]
    search_fields = BodyPage.search_fields + [
        index.SearchField("place"),
        index.FilterField("starts_at"),
    ]

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")),
                name="an_event_ends_after_it_begins",
                violation_error_message=_("An event ends after it begins."),
            )
        ]

    def clean(self):
        # Wagtail's page form does not validate constraints of the model's Meta on drafts.
        super().clean()
        if self.starts_at and self.ends_at and self.ends_at <= self.starts_at:
            raise ValidationError({"ends_at": _("An event ends after it begins.")})
