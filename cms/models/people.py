"""Those who stand behind the hub: partners and the scientific committee, and their two pages."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.models import TranslatableMixin
from wagtail.search import index

from cms.choices import PartnerKind
from cms.models.base import BodyPage


class Partner(TranslatableMixin, index.Indexed):
    """An institution of the network."""

    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=20, choices=PartnerKind)
    description = models.TextField(_("description"), max_length=400, blank=True)
    link = models.URLField(_("link"), blank=True)
    logo = models.ForeignKey(
        "cms.HubImage",
        verbose_name=_("logo"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    panels = [
        FieldRowPanel([FieldPanel("name"), FieldPanel("kind"), FieldPanel("position")]),
        FieldPanel("description"),
        FieldRowPanel([FieldPanel("link"), FieldPanel("logo")]),
    ]
    search_fields = [
        index.SearchField("name"),
        index.AutocompleteField("name"),
        index.FilterField("locale_id"),
    ]

    class Meta(TranslatableMixin.Meta):
        verbose_name = _("partner")
        verbose_name_plural = _("partners")
        ordering = ["position", "name"]

    def __str__(self):
        return self.name


class CommitteeMember(TranslatableMixin, index.Indexed):
    """A member of the technical-scientific committee, as presented to the public."""

    name = models.CharField(_("name"), max_length=120)
    role = models.CharField(_("role in the committee"), max_length=120, blank=True)
    affiliation = models.CharField(_("where they work"), max_length=160, blank=True)
    field = models.CharField(_("field"), max_length=160, blank=True)
    biography = models.TextField(_("biography"), max_length=600, blank=True)
    portrait = models.ForeignKey(
        "cms.HubImage",
        verbose_name=_("portrait"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    panels = [
        FieldRowPanel([FieldPanel("name"), FieldPanel("role"), FieldPanel("position")]),
        FieldRowPanel([FieldPanel("affiliation"), FieldPanel("field")]),
        FieldPanel("biography"),
        FieldPanel("portrait"),
    ]
    search_fields = [
        index.SearchField("name"),
        index.AutocompleteField("name"),
        index.FilterField("locale_id"),
    ]

    class Meta(TranslatableMixin.Meta):
        verbose_name = _("committee member")
        verbose_name_plural = _("committee members")
        ordering = ["position", "name"]

    def __str__(self):
        return self.name


class CommitteePage(BodyPage):
    parent_page_types = ["cms.HomePage"]
    subpage_types: list[str] = []
    template = "cms/committee_page.html"

    class Meta:
        verbose_name = _("committee page")


class NetworkPage(BodyPage):
    parent_page_types = ["cms.HomePage"]
    subpage_types: list[str] = []
    template = "cms/network_page.html"

    class Meta:
        verbose_name = _("network page")
