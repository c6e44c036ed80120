"""Which of the rows that drafts lead to exist."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import F, QuerySet, Value
from wagtail.models import Page

from cms.models import HubDocument, HubImage
from curriculum.completeness import Known, References, references_of


def known_of(contents: Iterable[Mapping[str, Any]]) -> Known:
    """Which pages, documents and pictures that the contents lead to exist; one query, none without links."""
    found = References()
    for content in contents:
        for name in ("body", "introduction"):
            found |= references_of(content.get(name))
    rows: list[QuerySet] = []
    for kind, model, wanted, live in (
        ("page", Page, found.pages, F("live")),
        ("document", HubDocument, found.documents, Value(True)),
        ("image", HubImage, found.images, Value(True)),
    ):
        if wanted:
            rows.append(
                model._default_manager.filter(pk__in=wanted)
                .order_by()
                .annotate(kind=Value(kind), readable=live)
                .values_list("kind", "pk", "readable")
            )
    if not rows:
        return Known()
    kinds: dict[str, dict[int, bool]] = defaultdict(dict)
    for kind, pk, readable in rows[0].union(*rows[1:], all=True) if rows[1:] else rows[0]:
        kinds[kind][pk] = bool(readable)
    return Known(
        pages=kinds["page"],
        documents=frozenset(kinds["document"]),
        images=frozenset(kinds["image"]),
    )
