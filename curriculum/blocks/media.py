"""Pictures, films and sound."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from cms.blocks import SMALL_TEXT_FEATURES
from cms.choosers import DocumentChoice, ImageChoice
from curriculum.blocks.rows import RowsBlock
from curriculum.embeds import embed_of, providers


class PictureBlock(blocks.StructBlock):
    image = ImageChoice(label=_("Image"))
    alt = blocks.CharBlock(
        label=_("Alternative text"),
        max_length=300,
        help_text=_("What the picture says, for those who do not see it."),
    )
    caption = blocks.CharBlock(label=_("Caption"), required=False, max_length=300)
    credit = blocks.CharBlock(
        label=_("Credit"), max_length=150, help_text=_("Who made it, and the licence.")
    )


class GalleryBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Title"), required=False, max_length=120)
    items = RowsBlock(PictureBlock(), label=_("Pictures"), min_num=2)

    class Meta:
        icon = "image"
        label = _("Gallery")
        template = "blocks/gallery.html"


class EmbedBlock(blocks.StructBlock):
    """A film of another site: nothing is asked of that site before the reader agrees."""

    title = blocks.CharBlock(label=_("Title"), max_length=150)
    address = blocks.URLBlock(
        label=_("Address"), help_text=_("Of the film's page on YouTube, Vimeo or PeerTube.")
    )
    transcript = blocks.RichTextBlock(
        label=_("Transcript"),
        features=SMALL_TEXT_FEATURES,
        help_text=_("Everything that is said and shown, for those who read."),
    )

    class Meta:
        icon = "media"
        label = _("Film of another site")
        template = "blocks/embed.html"

    def clean(self, value):
        value = super().clean(value)
        if value["address"] and embed_of(value["address"]) is None:
            message = _("This is not the address of a film on one of these: %(known)s.") % {
                "known": ", ".join(providers())
            }
            raise blocks.StructBlockValidationError(
                block_errors={"address": ValidationError(message)}
            )
        return value

    def get_context(self, value, parent_context=None):
        context = super().get_context(value, parent_context)
        context["embed"] = embed_of(value["address"] or "")
        return context


class AudioBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Title"), max_length=150)
    audio = DocumentChoice(label=_("Audio file"), help_text=_("MP3 or WebM."))
    transcript = blocks.RichTextBlock(
        label=_("Transcript"),
        features=SMALL_TEXT_FEATURES,
        help_text=_("Everything that is heard, for those who read."),
    )

    class Meta:
        icon = "media"
        label = _("Audio")
        template = "blocks/audio.html"
