"""What a page of a course still lacks, read from raw data: drafts as well as published text.

Pure: no query is made. Whoever asks looks up once, for many pages, which links lead somewhere (`Known`).
Links to other sites are not followed.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from django.utils.html import strip_tags
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

# Children of blocks that hold the key of a row, by what they lead to (`curriculum.blocks`).
CHOOSERS = {
    "image": "images",
    "video": "documents",
    "captions": "documents",
    "audio": "documents",
    "file": "documents",
    "page": "pages",
}
# Blocks that are nothing without their file.
REQUIRED_FILES = {"video": "video", "audio": "audio", "file": "file"}
SPOKEN = ("video", "embed", "audio")
PAGE_TITLE_LEVEL = 1


@dataclass(frozen=True)
class Issue:
    """One thing to mend: `code` is stable, `anchor` is the place in the editor ("" for the page itself)."""

    code: str
    message: Any
    detail: str = ""
    anchor: str = ""
    advice: bool = False  # worth doing; the lesson can be taught without

    @property
    def fragment(self) -> str:
        return f"#{self.anchor}" if self.anchor else ""


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


@dataclass(frozen=True)
class Block:
    """A block of a body: the type and the id of the outermost block that it stands in, and its own value."""

    kind: str
    value: Any
    key: str

    @property
    def anchor(self) -> str:
        return f"block-{self.key}-section" if self.key else "body"


# --- Reading raw stream data ------------------------------------------------------------------
def blocks_of(body: Iterable[Mapping[str, Any]]) -> Iterator[Block]:
    """The blocks of a raw body, in the order in which they are read."""
    for raw in body or ():
        if isinstance(raw, Mapping) and "type" in raw:
            yield Block(str(raw["type"]), raw.get("value"), str(raw.get("id") or ""))


def structs_of(value: Any) -> Iterator[Mapping[str, Any]]:
    """Every struct inside a value, the value itself first if it is one; list items and streams unwrapped."""
    if isinstance(value, Mapping):
        if set(value) <= {"type", "value", "id"} and "value" in value:
            yield from structs_of(value["value"])
            return
        yield value
        for child in value.values():
            yield from structs_of(child)
    elif isinstance(value, list):
        for child in value:
            yield from structs_of(child)


def texts_of(value: Any) -> Iterator[str]:
    """Every string inside a value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name, child in value.items():
            if name not in ("id", "type"):
                yield from texts_of(child)
    elif isinstance(value, list):
        for child in value:
            yield from texts_of(child)


class _Html(HTMLParser):
    """Collects from rich text: links, embedded pictures, and headings with their words."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[dict[str, str]] = []
        self.pictures: list[dict[str, str]] = []
        self.headings: list[tuple[int, str]] = []
        self.ids: set[str] = set()
        self._level = 0
        self._words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if found.get("id") and tag not in ("a", "embed"):
            self.ids.add(found["id"])
        if tag == "a":
            self.links.append(found)
        elif tag == "embed" and found.get("embedtype") == "image":
            self.pictures.append(found)
        elif re.fullmatch(r"h[1-6]", tag):
            self._level, self._words = int(tag[1]), []

    def handle_data(self, data: str) -> None:
        if self._level:
            self._words.append(data)

    def handle_endtag(self, tag: str) -> None:
        if self._level and tag == f"h{self._level}":
            self.headings.append((self._level, "".join(self._words).strip()))
            self._level = 0


def _html(text: str) -> _Html:
    reader = _Html()
    reader.feed(text)
    reader.close()
    return reader


def _number(value: Any) -> int | None:
    try:
        return int(value)
    except (TypeError, ValueError):
        return None


def references_of(body: Iterable[Mapping[str, Any]]) -> References:
    """The pages, documents and pictures that a raw body leads to."""
    found = References()
    for block in blocks_of(body):
        for struct in structs_of(block.value):
            for name, target in CHOOSERS.items():
                pk = _number(struct.get(name))
                if pk is not None:
                    getattr(found, target).add(pk)
        for text in texts_of(block.value):
            if "<" not in text:
                continue
            html = _html(text)
            for link in html.links:
                pk = _number(link.get("id"))
                if pk is not None and link.get("linktype") == "page":
                    found.pages.add(pk)
                elif pk is not None and link.get("linktype") == "document":
                    found.documents.add(pk)
            found.images |= {pk for p in html.pictures if (pk := _number(p.get("id"))) is not None}
    return found


# --- The body ------------------------------------------------------------------------------------
def body_issues(body: Sequence[Mapping[str, Any]], known: Known) -> list[Issue]:
    """What is missing or broken in a raw body, in reading order."""
    issues: list[Issue] = []
    anchors = _anchors(body)
    level = PAGE_TITLE_LEVEL
    for block in blocks_of(body):
        issues += _picture_issues(block, known)
        issues += _file_issues(block, known)
        issues += _spoken_issues(block)
        issues += _link_issues(block, known, anchors)
        for found, words in _headings(block):
            if found > level + 1:
                issues.append(
                    Issue("heading_jump", _("A heading skips a level"), words, block.anchor)
                )
            level = found
    return issues


def _headings(block: Block) -> list[tuple[int, str]]:
    """(level, words) of the headings of a block, in order."""
    if block.kind == "heading" and isinstance(block.value, Mapping):
        return [(_number(block.value.get("level")) or 2, str(block.value.get("text") or ""))]
    if isinstance(block.value, str) and "<h" in block.value:
        return _html(block.value).headings
    return []


def _anchors(body: Sequence[Mapping[str, Any]]) -> set[str]:
    """The names inside the page that a link `#name` may lead to."""
    found: set[str] = set()
    for block in blocks_of(body):
        found |= {slugify(words) for _level, words in _headings(block)}
        for struct in structs_of(block.value):
            if struct.get("anchor"):
                found.add(str(struct["anchor"]))
        for text in texts_of(block.value):
            if "id=" in text:
                found |= _html(text).ids
    return found


def _picture_issues(block: Block, known: Known) -> Iterator[Issue]:
    for struct in structs_of(block.value):
        if "image" not in struct:
            continue
        pk = _number(struct["image"])
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
    for text in texts_of(block.value):
        if "<embed" in text:
            for picture in _html(text).pictures:
                if not picture.get("alt", "").strip():
                    yield Issue(
                        "alt_missing", _("A picture has no alternative text"), "", block.anchor
                    )


def _file_issues(block: Block, known: Known) -> Iterator[Issue]:
    required = REQUIRED_FILES.get(block.kind)
    for struct in structs_of(block.value):
        title = str(struct.get("title") or struct.get("label") or "")
        for name, target in CHOOSERS.items():
            if target != "documents" or name not in struct:
                continue
            pk = _number(struct[name])
            if pk is None:
                if name == required or (block.kind == "template" and name == "file"):
                    yield Issue("file_missing", _("A file is not chosen"), title, block.anchor)
            elif pk not in known.documents:
                yield Issue("file_missing", _("A file no longer exists"), title, block.anchor)


def _spoken_issues(block: Block) -> Iterator[Issue]:
    if block.kind not in SPOKEN or not isinstance(block.value, Mapping):
        return
    title = str(block.value.get("title") or "")
    if block.kind == "video" and _number(block.value.get("captions")) is None:
        yield Issue("captions_missing", _("A video has no captions"), title, block.anchor)
    if not strip_tags(str(block.value.get("transcript") or "")).strip():
        yield Issue("transcript_missing", _("A recording has no transcript"), title, block.anchor)


def _link_issues(block: Block, known: Known, anchors: set[str]) -> Iterator[Issue]:
    for struct in structs_of(block.value):
        if "page" in struct and (pk := _number(struct["page"])) is not None:
            yield from _page_link(pk, str(struct.get("title") or ""), block, known)
    for text in texts_of(block.value):
        if "<a" not in text:
            continue
        for link in _html(text).links:
            pk, kind, href = _number(link.get("id")), link.get("linktype"), link.get("href", "")
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


# --- Pages ------------------------------------------------------------------------------------------
STREAMS = ("body", "introduction", "outcomes")


def _panel(name: str) -> str:
    """The id of a field in the editor; panels have none that is the same in every language."""
    return name if name in STREAMS else f"id_{name}"


def lesson_issues(
    content: Mapping[str, Any],
    known: Known,
    *,
    outcomes: Iterable[str] | None = None,
    translated: bool = True,
) -> list[Issue]:
    """What a lesson lacks. `content`: summary, minutes, body (raw), outcome_keys.

    `outcomes` are the keys that the course defines (None: not looked at); `translated` is False where the
    course exists in a language in which the lesson does not.
    """
    issues: list[Issue] = []
    body = content.get("body") or []
    if not str(content.get("summary") or "").strip():
        issues.append(Issue("summary_missing", _("There is no summary"), "", _panel("summary")))
    if not body:
        issues.append(Issue("body_empty", _("There is no text yet"), "", _panel("body")))
    if not content.get("minutes"):
        issues.append(
            Issue("minutes_missing", _("There is no estimated time"), "", _panel("minutes"))
        )
    issues += body_issues(body, known)
    issues += _outcome_issues(content, outcomes)
    return issues + _translation_issues(translated)


def module_issues(
    content: Mapping[str, Any],
    *,
    lessons: int,
    outcomes: Iterable[str] | None = None,
    translated: bool = True,
) -> list[Issue]:
    """What a module lacks; `lessons` is how many stand in it."""
    issues: list[Issue] = []
    if not lessons:
        issues.append(Issue("module_empty", _("The module has no lessons")))
    if not str(content.get("summary") or "").strip():
        issues.append(Issue("summary_missing", _("There is no summary"), "", _panel("summary")))
    try:
        hours = float(content.get("hours") or 0)
    except (TypeError, ValueError):
        hours = 0
    if hours <= 0:
        issues.append(Issue("hours_missing", _("There are no hours in class"), "", _panel("hours")))
    issues += _outcome_issues(content, outcomes)
    return issues + _translation_issues(translated)


def course_issues(
    content: Mapping[str, Any],
    known: Known,
    *,
    modules: int,
    served: Iterable[str],
    instructors: int,
    translated: bool = True,
) -> list[Issue]:
    """What a course lacks as a whole; `served` are the outcome keys that lessons and assessments serve."""
    issues: list[Issue] = []
    if not str(content.get("summary") or "").strip():
        issues.append(Issue("summary_missing", _("There is no summary"), "", _panel("summary")))
    issues += body_issues(content.get("introduction") or [], known)
    rows = outcomes_of(content)
    reached = set(served)
    if not rows:
        issues.append(
            Issue("outcomes_missing", _("No learning outcome is named"), "", _panel("outcomes"))
        )
    for key, text in rows:
        if not text:
            issues.append(
                Issue("outcome_empty", _("An outcome has no text"), key, _panel("outcomes"))
            )
        elif key not in reached:
            issues.append(
                Issue(
                    "outcome_unserved",
                    _("No lesson or assessment serves an outcome"),
                    f"{key}: {text}",
                    _panel("outcomes"),
                )
            )
    if not modules:
        issues.append(Issue("course_empty", _("The course has no modules")))
    if not instructors:
        issues.append(
            Issue(
                "instructors_missing",
                _("No instructor is named"),
                "",
                _panel("instructor_rows-FORMS"),
            )
        )
    return issues + _translation_issues(translated)


def outcomes_of(content: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(key, text) of the outcomes that a course names, from its raw content."""
    return [
        (str(block.value.get("key") or "").strip(), str(block.value.get("text") or "").strip())
        for block in blocks_of(content.get("outcomes") or [])
        if isinstance(block.value, Mapping)
    ]


def _outcome_issues(content: Mapping[str, Any], outcomes: Iterable[str] | None) -> list[Issue]:
    if outcomes is None:
        return []
    foreign = [str(k) for k in content.get("outcome_keys") or [] if k not in set(outcomes)]
    return [
        Issue(
            "outcome_unknown",
            _("It serves an outcome that the course does not name"),
            key,
            _panel("outcome_keys"),
        )
        for key in foreign
    ]


def _translation_issues(translated: bool) -> list[Issue]:
    if translated:
        return []
    return [
        Issue(
            "translation_missing",
            _("There is no translation yet: readers see the Italian text"),
            advice=True,
        )
    ]
