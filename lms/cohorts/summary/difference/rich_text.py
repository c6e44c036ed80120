"""An editor's HTML read as lines of text."""

import re
from html.parser import HTMLParser

from django.utils.translation import gettext as _

from lms.cohorts.summary.difference.names import Names, Reference, name_of


def read_rich_text(html: str, names: Names) -> str:
    """A line for each paragraph; links and pictures by name."""
    text = "".join(_parsed(html, names).pieces)
    lines = (re.sub(r"[^\S\n]+", " ", line).strip() for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def references_in(html: str) -> list[Reference]:
    """What a text shows or leads to, in reading order."""
    return _parsed(html, {}).references


class _RichText(HTMLParser):
    """Gathers the pieces of the text, and what it shows or leads to."""

    LINES = frozenset(
        {"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "blockquote", "hr", "br"}
    )

    def __init__(self, names: Names):
        super().__init__(convert_charrefs=True)
        self.names = names
        self.pieces: list[str] = []
        self.links: list[str] = []
        self.references: list[Reference] = []

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        if tag in self.LINES:
            self.pieces.append("\n")
        elif tag == "li":
            self.pieces.append("\n• ")
        elif tag == "a":
            self.links.append(self._target(found))
        elif tag == "embed" and found.get("embedtype") == "image":
            name = self._name("image", found)
            alt = found.get("alt") or ""
            picture = " — ".join(filter(None, (name, alt)))
            self.pieces.append("\n[" + _("Image: %(name)s") % {"name": picture} + "]\n")
        elif tag == "embed":
            self.pieces.append(f"\n[{found.get('url') or ''}]\n")

    handle_startendtag = handle_starttag

    def handle_endtag(self, tag):
        if tag in self.LINES:
            self.pieces.append("\n")
        elif tag == "a" and self.links:
            target = self.links.pop()
            if target:
                self.pieces.append(f" [→ {target}]")

    def handle_data(self, data):
        self.pieces.append(data)

    def _target(self, attrs: dict[str, str | None]) -> str:
        kind = attrs.get("linktype")
        return self._name(kind, attrs) if kind in ("page", "document") else attrs.get("href") or ""

    def _name(self, kind: str, attrs: dict[str, str | None]) -> str:
        reference = kind, attrs.get("id") or ""
        self.references.append(reference)
        return name_of(reference, self.names)


def _parsed(html: str, names: Names) -> _RichText:
    parser = _RichText(names)
    parser.feed(html)
    parser.close()
    return parser
