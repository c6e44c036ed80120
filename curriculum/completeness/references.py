"""The rows that a body leads to, and which of them exist."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from curriculum.completeness.raw import Block, blocks_of, number

# Children of blocks that hold the key of a row, by what they lead to (`curriculum.blocks`).
CHOOSERS = {
    "image": "images",
    "video": "documents",
    "captions": "documents",
    "audio": "documents",
    "file": "documents",
    "page": "pages",
}


@dataclass
class References:
    """The rows that a body leads to."""

    pages: set[int] = field(default_factory=set)
    documents: set[int] = field(default_factory=set)
    images: set[int] = field(default_factory=set)

    def __or__(self, other: "References") -> "References":
        return References(
            self.pages | other.pages, self.documents | other.documents, self.images | other.images
        )


@dataclass(frozen=True)
class Known:
    """Which of the referenced rows exist; of pages, whether anybody can read them."""

    pages: Mapping[int, bool] = field(default_factory=dict)  # id → live
    documents: frozenset[int] = frozenset()
    images: frozenset[int] = frozenset()


def references_of(body: Iterable[Mapping[str, Any] | Block] | None) -> References:
    """The pages, documents and pictures that a body leads to."""
    found = References()
    for block in blocks_of(body):
        for struct in block.structs:
            for name, target in CHOOSERS.items():
                pk = number(struct.get(name))
                if pk is not None:
                    getattr(found, target).add(pk)
        for text in block.texts:
            for link in text.links:
                pk = number(link.get("id"))
                if pk is not None and link.get("linktype") == "page":
                    found.pages.add(pk)
                elif pk is not None and link.get("linktype") == "document":
                    found.documents.add(pk)
            found.images |= {pk for p in text.pictures if (pk := number(p.get("id"))) is not None}
    return found
