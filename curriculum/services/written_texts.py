"""The texts of pages as wagtail-localize's segments: taken from a page written by hand, place by place."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail_localize.models import StringSegment, StringTranslation, Translation
from wagtail_localize.segments import StringSegmentValue
from wagtail_localize.segments.extract import extract_segments

from lms.accounts.models import User
from lms.core.errors import DomainError

logger = logging.getLogger(__name__)


def adopt_texts(*, translation: Translation, english: Page, by: User | None = None) -> int:
    """Take the texts of an English page written by hand for translations; how many were taken.

    Texts belong together that stand in the same field or block: the one with the same id, else the one at the same
    place among blocks of the same kinds; inside a rich text, at the same place among as many.
    """
    written: dict[str, list[str]] = {}
    here, there = _places(english), _places(translation.source.get_source_instance())
    with segments_named(english):
        for segment in extract_segments(english):
            if isinstance(segment, StringSegmentValue):
                for path in {segment.path, _placed(segment.path, here)}:
                    written.setdefault(path, []).append(segment.string.data)
    wanted: dict[str, list[StringSegment]] = {}
    for row in translation.source.stringsegment_set.order_by("order").select_related(
        "context", "string"
    ):
        wanted.setdefault(row.context.path, []).append(row)
    rows = {}
    for path, segments in wanted.items():
        texts = written.get(path) or written.get(_placed(path, there), [])
        if len(texts) != len(segments):
            continue
        for segment, text in zip(segments, texts, strict=True):
            rows[segment.string_id, segment.context_id] = StringTranslation(
                translation_of_id=segment.string_id,
                context_id=segment.context_id,
                locale=translation.target_locale,
                data=text,
                translation_type=StringTranslation.TRANSLATION_TYPE_MANUAL,
                last_translated_by=by,
            )
    StringTranslation.objects.bulk_create(rows.values(), ignore_conflicts=True)
    return len(rows)


def _places(page: Page) -> dict[str, str]:
    """Of each block of the page, by its id: its place among its neighbours, and of what kinds these are."""
    found: dict[str, str] = {}

    def walk(value: object) -> None:
        if isinstance(value, dict):
            for child in value.values():
                walk(child)
        if isinstance(value, list):
            rows = [row for row in value if isinstance(row, dict) and "id" in row]
            kinds = ",".join(str(row.get("type")) for row in rows)
            for number, row in enumerate(rows):
                found[row["id"]] = f"#{number}/{kinds}"
                walk(row.get("value"))

    for field in page._meta.get_fields():
        if isinstance(field, StreamField):
            walk(field.get_prep_value(field.value_from_object(page)))
    return found


def _placed(path: str, places: dict[str, str]) -> str:
    return ".".join(places.get(part, part) for part in path.split("."))


@contextmanager
def segments_named(page: Page) -> Iterator[None]:
    """Turn what the extraction of texts cannot read into a refusal that names the page."""
    try:
        yield
    except ValueError as error:
        logger.warning("Page %s cannot be taken apart: %s", page.pk, error)
        raise DomainError(f"“{page.title}”: {error}", "untranslatable") from error
