import unicodedata

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.models import PageManager, PageQuerySet, TranslatableMixin
from wagtail.search import index

from cms.choices import ResourceKind
from cms.models.base import BodyPage


def fold(text: str) -> str:
    """Lower case without accents, so that "citta" finds "Città" on every database."""
    plain = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).casefold()


class Topic(TranslatableMixin):
    """A subject heading of the library; editors add their own."""

    name = models.CharField(_("name"), max_length=60)
    slug = models.SlugField(_("name in addresses"), max_length=60)

    panels = [FieldPanel("name"), FieldPanel("slug")]

    class Meta(TranslatableMixin.Meta):
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["locale", "slug"],
                name="a_topic_slug_is_used_once_per_language",
                violation_error_message=_("Another topic already has this name in addresses."),
            )
        ]

    def __str__(self):
        return self.name


class LibraryIndexPage(BodyPage):
    """The emeroteca and library: its list, searched and filtered by `cms.views.library`."""

    parent_page_types = ["cms.HomePage"]
    subpage_types = ["cms.ResourcePage"]
    template = "cms/library_index_page.html"

    class Meta:
        verbose_name = _("library")


class ResourceQuerySet(PageQuerySet):
    def matching(self, words: str):
        """Those that hold every one of the `words`, whatever their accents and capitals."""
        result = self
        for word in fold(words).split():
            result = result.filter(search_text__contains=word)
        return result


class ResourcePage(BodyPage):
    """One title of the library: what it is, who made it, where to read it."""

    kind = models.CharField(_("kind"), max_length=20, choices=ResourceKind)
    authors = models.CharField(_("authors"), max_length=200, blank=True)
    publisher = models.CharField(_("publisher"), max_length=150, blank=True)
    year = models.PositiveSmallIntegerField(
        _("year"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1800), MaxValueValidator(2100)],
    )
    text_language = models.CharField(_("language of the text"), max_length=40, blank=True)
    link = models.URLField(_("link"), blank=True)
    file = models.ForeignKey(
        "cms.HubDocument",
        verbose_name=_("file"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    shelf = models.CharField(
        _("shelf mark"), max_length=60, blank=True, help_text=_("Where it stands in the house.")
    )
    topics = ParentalManyToManyField(Topic, verbose_name=_("topics"), blank=True)
    search_text = models.TextField(editable=False, blank=True)

    objects = PageManager.from_queryset(ResourceQuerySet)()

    parent_page_types = ["cms.LibraryIndexPage"]
    subpage_types: list[str] = []
    template = "cms/resource_page.html"
    content_panels = BodyPage.content_panels[:-1] + [
        FieldRowPanel([FieldPanel("kind"), FieldPanel("year"), FieldPanel("text_language")]),
        FieldRowPanel([FieldPanel("authors"), FieldPanel("publisher")]),
        FieldRowPanel([FieldPanel("link"), FieldPanel("file"), FieldPanel("shelf")]),
        FieldPanel("topics"),
        FieldPanel("body"),
    ]
    search_fields = BodyPage.search_fields + [
        index.SearchField("authors"),
        index.SearchField("publisher"),
    ]

    class Meta:
        verbose_name = _("library title")
        verbose_name_plural = _("library titles")

    def save(self, *args, **kwargs):
        # Kept beside the row: found at once, without a worker, the same on every database.
        parts = [self.title, self.summary, self.authors, self.publisher, str(self.year or "")]
        parts += [topic.name for topic in self.topics.all()]
        self.search_text = fold(" ".join(parts))
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "search_text"}
        return super().save(*args, **kwargs)
