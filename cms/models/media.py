"""Our own image and document models: alternative text per language, credit, licence."""

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.documents.models import AbstractDocument, Document
from wagtail.images.models import AbstractImage, AbstractRendition, Image


class HubImage(AbstractImage):
    alt_it = models.CharField(_("alternative text (Italian)"), max_length=300, blank=True)
    alt_en = models.CharField(_("alternative text (English)"), max_length=300, blank=True)
    credit = models.CharField(_("credit"), max_length=150, blank=True)
    licence = models.CharField(_("licence"), max_length=80, blank=True)

    admin_form_fields = Image.admin_form_fields + ("alt_it", "alt_en", "credit", "licence")

    @property
    def default_alt_text(self) -> str:
        """The alternative text in the reader's language, else in the other one, else the title."""
        first, second = self.alt_it, self.alt_en
        if (get_language() or "it").startswith("en"):
            first, second = second, first
        return first or second or self.title


class HubRendition(AbstractRendition):
    image = models.ForeignKey(HubImage, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=("image", "filter_spec", "focal_point_key"), name="one_rendition_per_filter"
            )
        ]


class HubDocument(AbstractDocument):
    credit = models.CharField(_("credit"), max_length=150, blank=True)
    licence = models.CharField(_("licence"), max_length=80, blank=True)
    transcript = models.TextField(
        _("transcript"), blank=True, help_text=_("For audio and video: everything said and shown.")
    )

    admin_form_fields = Document.admin_form_fields + ("credit", "licence", "transcript")
