"""What authors write comes out as marked-up text, never as code."""

import io

import pytest
from django.core.files.base import ContentFile
from django.core.files.images import ImageFile
from django.utils import translation
from PIL import Image

from cms.models import HubDocument, HubImage
from curriculum.blocks import LessonBlock

pytestmark = pytest.mark.django_db


def rendered(kind: str, value) -> str:
    with translation.override("en"):
        block = LessonBlock()
        return str(block.render(block.to_python([{"type": kind, "value": value, "id": "1"}])))


@pytest.fixture
def picture():
    file = io.BytesIO()
    Image.new("RGB", (1200, 600), "#0d5c53").save(file, "PNG")
    file.seek(0)
    return HubImage.objects.create(title="Cortile", file=ImageFile(file, name="cortile.png"))


def document(name: str) -> HubDocument:
    return HubDocument.objects.create(
        title=name, file=ContentFile(b"x" * 2048, name=name), file_size=2048
    )


@pytest.mark.parametrize(
    ("kind", "word"),
    [("note", "Note"), ("example", "Example"), ("warning", "Warning"), ("case", "Case")],
)
def test_callout_says_its_kind_in_a_word(kind, word):
    html = rendered("callout", {"kind": kind, "title": "Tre agende", "text": "<p>Un bancone.</p>"})
    assert f'class="callout callout-{kind}"' in html
    assert f"</svg>{word}</p>" in html
    assert ("Tre agende" in html, "Un bancone." in html) == (True, True)


def test_callout_without_title_has_no_empty_line():
    assert "callout-title" not in rendered(
        "callout", {"kind": "note", "title": "", "text": "<p>A</p>"}
    )


def test_quote_escapes_and_keeps_its_lines():
    html = rendered("quote", {"quote": "Uno <b>\ndue", "author": "Elif", "role": "docente"})
    assert "<p>Uno &lt;b&gt;<br>due</p>" in html
    assert "<figcaption><strong>Elif</strong>, docente</figcaption>" in html


def test_image_has_its_alternative_text_and_sizes(picture):
    html = rendered(
        "image", {"image": picture.pk, "alt": "Un cortile verde", "caption": "", "credit": "Comune"}
    )
    assert 'alt="Un cortile verde"' in html
    assert ("480w" in html, "960w" in html, ".webp" in html) == (True, True, True)
    assert '<figcaption><span class="figure-credit">Comune</span></figcaption>' in html


def test_video_carries_captions_and_transcript():
    value = {
        "title": "La sala",
        "video": document("sala.webm").pk,
        "captions": document("sala.vtt").pk,
        "transcript": "<p>Buonasera.</p>",
    }
    html = rendered("video", value)
    assert '<track kind="captions" src="/documenti/' in html
    assert ('type="video/webm"' in html, "<p>Buonasera.</p>" in html) == (True, True)
    assert "Read the transcript" in html


def test_video_without_captions_has_no_track():
    value = {
        "title": "A",
        "video": document("a.webm").pk,
        "captions": None,
        "transcript": "<p>B</p>",
    }
    assert "<track" not in rendered("video", value)


def test_file_says_its_kind_and_size():
    value = {"title": "Scheda", "file": document("scheda.pdf").pk, "description": ""}
    html = rendered("file", value)
    assert ("PDF, 2.0" in html, "Scheda</a>" in html) == (True, True)


def test_reflection_is_an_invitation_to_think():
    assert "Think about it</p>" in rendered("reflection", {"title": "", "prompt": "<p>Chi?</p>"})


def test_text_keeps_its_marks():
    assert "<h2>Titolo</h2>" in rendered("text", "<h2>Titolo</h2><p>Testo</p>")
