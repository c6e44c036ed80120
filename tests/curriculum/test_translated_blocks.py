"""Of every kind of block: its texts are translated; files, keys, choices and ids stay (issue 3, line 6)."""

import pytest
from django.core.files.base import ContentFile
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock
from wagtail_localize.models import StringTranslation

from cms.models import HubDocument
from curriculum.blocks import LessonBlock
from curriculum.languages import page_state
from curriculum.models import Course, Lesson
from curriculum.services.translations import save_draft, translate_page
from lms.core.fields import LeanStreamField
from tests.factories import curriculum, media, people

pytestmark = pytest.mark.django_db
# What is translated, and what each language shares: a leaf of another kind must be put in one of the two.
TEXTS = (blocks.CharBlock, blocks.TextBlock, blocks.RichTextBlock)
FACTS = (
    blocks.RegexBlock, blocks.ChoiceBlock, blocks.BooleanBlock, blocks.URLBlock, blocks.ChooserBlock,
    blocks.IntegerBlock, blocks.DateBlock, blocks.MultipleChoiceBlock,
)  # fmt: skip


class Sample:
    """A raw value of any block, with a text of its own in every leaf."""

    def __init__(self, lesson):
        self.lesson, self.texts, self.number = lesson, [], 0
        self.image = media.image().pk
        self.document = HubDocument.objects.create(
            title="Scheda", file=ContentFile(b"testo", name="scheda.txt")
        ).pk

    def of(self, block):
        if isinstance(block, blocks.StructBlock):
            return {name: self.of(child) for name, child in block.child_blocks.items()}
        if isinstance(block, blocks.ListBlock):
            return [
                {"type": "item", "value": self.of(block.child_block), "id": self.id()}
                for _number in range(2)
            ]
        if isinstance(block, blocks.StreamBlock):
            return [
                {"type": name, "value": self.of(child), "id": self.id()}
                for name, child in block.child_blocks.items()
            ]
        assert isinstance(block, TEXTS + FACTS), f"{type(block).__name__}: translated, or shared?"
        return self.leaf(block)

    def leaf(self, block):
        if isinstance(block, FACTS):
            return self.fact(block)
        text = f"Testo {self.id()}"
        self.texts.append(text)
        return f"<p>{text}</p>" if isinstance(block, blocks.RichTextBlock) else text

    def fact(self, block):
        if isinstance(block, ImageChooserBlock):
            return self.image
        if isinstance(block, DocumentChooserBlock):
            return self.document
        if isinstance(block, blocks.PageChooserBlock):
            return self.lesson.pk
        if isinstance(block, blocks.ChoiceBlock):
            return str(block.get_default() or next(iter(block.field.choices))[0])
        if isinstance(block, blocks.URLBlock):
            return "https://example.org/pagina"
        return True if isinstance(block, blocks.BooleanBlock) else "A1"

    def id(self) -> str:
        self.number += 1
        return f"{self.number:08d}"


def translated(page):
    person = people.instructor()
    translation = translate_page(page=page, by=person)
    for segment in translation.source.stringsegment_set.select_related("string"):
        StringTranslation.objects.create(
            translation_of=segment.string,
            context=segment.context,
            locale=translation.target_locale,
            data=segment.string.data.replace("Testo", "Text"),
        )
    return translation, save_draft(translation=translation, by=person).as_object()


@pytest.mark.slow
def test_every_kind_of_block_is_translated_and_keeps_its_facts():
    lesson = Lesson.objects.descendant_of(curriculum.course(modules=1, lessons=1)).get()
    curriculum.catalogue("en")
    sample = Sample(lesson)
    raw = sample.of(LessonBlock())
    lesson.body = LessonBlock().to_python(raw)
    curriculum.publish(lesson)
    translation, draft = translated(lesson)
    texts = {
        row.string.data for row in translation.source.stringsegment_set.select_related("string")
    }
    assert [text for text in sample.texts if text not in texts] == []
    assert len(sample.texts) > 40
    assert page_state(lesson).missing == 0
    before, after = lesson.body.get_prep_value(), draft.body.get_prep_value()
    assert after == _replaced(before)


def test_the_blocks_of_a_course_keep_their_keys():
    course = curriculum.course(modules=1, lessons=1)
    curriculum.catalogue("en")
    sample = Sample(course)
    streams = [
        field.name for field in Course._meta.get_fields() if isinstance(field, LeanStreamField)
    ]
    for name in streams:
        block = Course._meta.get_field(name).stream_block
        setattr(course, name, block.to_python(sample.of(block)))
    curriculum.publish(course)
    _translation, draft = translated(course)
    for name in streams:
        before, after = getattr(course, name), getattr(draft, name)
        assert after.get_prep_value() == _replaced(before.get_prep_value()), name


def test_a_text_that_was_never_written_stops_nothing():
    """An optional child that came later is absent from what was stored before."""
    lesson = Lesson.objects.descendant_of(curriculum.course(modules=1, lessons=1)).get()
    curriculum.catalogue("en")
    lesson.body = LessonBlock().to_python(
        [{"type": "quote", "value": {"quote": "Testo"}, "id": "q" * 8}]
    )
    curriculum.publish(lesson)
    _translation, draft = translated(lesson)
    assert draft.body[0].value["quote"] == "Text"


def _replaced(value):
    if isinstance(value, dict):
        return {key: _replaced(child) for key, child in value.items()}
    if isinstance(value, list):
        return [_replaced(child) for child in value]
    return value.replace("Testo", "Text") if isinstance(value, str) else value
