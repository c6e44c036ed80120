"""Pictures and files as editors upload them."""

import io

from django.core.files.base import ContentFile
from django.core.files.images import ImageFile
from PIL import Image

from cms.models import HubDocument, HubImage


def image(title: str = "Cortile", size: tuple[int, int] = (1600, 900), **fields) -> HubImage:
    file = io.BytesIO()
    Image.new("RGB", size, "#0d5c53").save(file, "PNG")
    file.seek(0)
    return HubImage.objects.create(title=title, file=ImageFile(file, name="cortile.png"), **fields)


def document(title: str = "Dispensa", name: str = "dispensa.pdf", content: bytes = b"testo"):
    return HubDocument.objects.create(title=title, file=ContentFile(content, name=name))
