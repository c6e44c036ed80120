"""What is missing or broken in a body."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.utils.html import strip_tags
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from curriculum.completeness.issues import Issue
from curriculum.completeness.raw import Block, blocks_of, number
from curriculum.completeness.references import CHOOSERS, Known

# Blocks that are nothing without their file.
REQUIRED_FILES = {"video": "video", "audio": "audio", "file": "file"}
SPOKEN = ("video", "embed", "audio")
PAGE_TITLE_LEVEL = 1


def body_issues(body: Iterable[Mapping[str, Any] | Block] | None, known: Known) -> list[Issue]:
    """What is missing or broken in a body, in reading order."""
    issues: list[Issue] = []
    blocks = blocks_of(body)
    anchors = _anchors(blocks)
    level = PAGE_TITLE_LEVEL
    for block in blocks:
        issues += _picture_issues(block, known)
        issues += _file_issues(block, known)
        issues += _spoken_issues(block)
        issues += _link_issues(block, known, anchors)
        for found, words in block.headings:
            if found > level + 1:
                issues.append(
                    Issue("heading_jump", _("A heading skips a level"), words, block.anchor)
                )
            level = found
    return issues + _note_issues(blocks)


def _anchors(blocks: Iterable[Block]) -> set[str]:
    """The names inside the page that a link `#name` may lead to."""
    found: set[str] = set()
    for block in blocks:
        found |= {slugify(words) for _level, words in block.headings}
        for struct in block.structs:
            if struct.get("anchor"):
                found.add(str(struct["anchor"]))
        for text in block.texts:
            found |= text.ids
    return found


def _note_issues(blocks: Iterable[Block]) -> list[Issue]:
    """Footnotes that are called and not written, and the other way round (`reading` numbers them)."""
    called: dict[str, str] = {}  # mark → where it is called first
    noted: dict[str, str] = {}
    for block in blocks:
        for mark in block.calls:
            called.setdefault(mark, block.anchor)
        if block.kind == "notes":
            for struct in block.structs:
                if struct.get("mark"):
                    noted.setdefault(str(struct["mark"]), block.anchor)
    missing, idle = _("A footnote is called and not written"), _("No text calls a footnote")
    return [
        Issue("note_missing", missing, f"[^{mark}]", called[mark])
        for mark in called
        if mark not in noted
    ] + [
        Issue("note_uncalled", idle, f"[^{mark}]", noted[mark])
        for mark in noted
        if mark not in called
    ]


def _picture_issues(block: Block, known: Known) -> Iterator[Issue]:
    for struct in block.structs:
        if "image" not in struct:
            continue
        pk = number(struct["image"])
        name = str(struct.get("caption") or struct.get("title") or "")
        if pk is None:
            # A case study may go without a picture.
            if block.kind in ("image", "gallery"):
                yield Issue("image_missing", _("A picture is not chosen"), name, block.anchor)
            continue
        if pk not in known.images:
            yield Issue("image_missing", _("A picture no longer exists"), name, block.anchor)
        if not str(struct.get("alt") or "").strip():
            yield Issue("alt_missing", _("A picture has no alternative text"), name, block.anchor)
        if not str(struct.get("credit") or "").strip():
            yield Issue("credit_missing", _("A picture has no credit"), name, block.anchor)
    for text in block.texts:
        for picture in text.pictures:
            if not picture.get("alt", "").strip():
                yield Issue("alt_missing", _("A picture has no alternative text"), "", block.anchor)


def _file_issues(block: Block, known: Known) -> Iterator[Issue]:
    required = REQUIRED_FILES.get(block.kind)
    for struct in block.structs:
        title = str(struct.get("title") or struct.get("label") or "")
        for name, target in CHOOSERS.items():
            if target != "documents" or name not in struct:
                continue
            pk = number(struct[name])
            if pk is None:
                if name == required or (block.kind == "template" and name == "file"):
                    yield Issue("file_missing", _("A file is not chosen"), title, block.anchor)
            elif pk not in known.documents:
                yield Issue("file_missing", _("A file no longer exists"), title, block.anchor)


def _spoken_issues(block: Block) -> Iterator[Issue]:
    if block.kind not in SPOKEN or not isinstance(block.value, Mapping):
        return
    title = str(block.value.get("title") or "")
    if block.kind == "video" and number(block.value.get("captions")) is None:
        yield Issue("captions_missing", _("A video has no captions"), title, block.anchor)
    if not strip_tags(str(block.value.get("transcript") or "")).strip():
        yield Issue("transcript_missing", _("A recording has no transcript"), title, block.anchor)


def _link_issues(block: Block, known: Known, anchors: set[str]) -> Iterator[Issue]:
    for struct in block.structs:
        if "page" in struct and (pk := number(struct["page"])) is not None:
            yield from _page_link(pk, str(struct.get("title") or ""), block, known)
    for text in block.texts:
        for link in text.links:
            pk, kind, href = number(link.get("id")), link.get("linktype"), link.get("href", "")
            if kind == "page" and pk is not None:
                yield from _page_link(pk, "", block, known)
            elif kind == "document" and pk is not None and pk not in known.documents:
                yield Issue(
                    "link_broken",
                    _("A link leads to a file that no longer exists"),
                    "",
                    block.anchor,
                )
            elif href.startswith("#") and href[1:] and href[1:] not in anchors:
                yield Issue(
                    "link_broken",
                    _("A link leads to a point that the page does not have"),
                    href,
                    block.anchor,
                )


def _page_link(pk: int, title: str, block: Block, known: Known) -> Iterator[Issue]:
    if pk not in known.pages:
        yield Issue(
            "link_broken", _("A link leads to a page that no longer exists"), title, block.anchor
        )
    elif not known.pages[pk]:
        yield Issue(
            "link_broken", _("A link leads to a page that is not published"), title, block.anchor
        )
