"""Every block as Markdown: what its options are called, and what the text inside it is.

`:::name option="…"`, the text, `:::`; a block of several parts has a line `::item option="…"` before each.
"""

from dataclasses import dataclass

from django.utils.translation import gettext as _

IMAGE, DOCUMENT, PAGE, TEXT, YES = "image", "document", "page", "text", "yes"
RICH, PLAIN, TABLE, NOTES = "rich", "plain", "table", "notes"


@dataclass(frozen=True)
class Option:
    """One option: `name` in the file, `child` in the block (the same if not given)."""

    name: str
    child: str = ""
    kind: str = TEXT
    needed: bool = False
    choices: tuple[str, ...] = ()
    default: str = ""

    @property
    def key(self) -> str:
        return self.child or self.name


@dataclass(frozen=True)
class Kind:
    """A block or one of its parts: options, the text inside (`child`, how it is written), its parts."""

    options: tuple[Option, ...] = ()
    child: str = ""
    text: str = ""
    parts: "Kind | None" = None
    least: int = 1

    def option(self, name: str) -> Option | None:
        return next((option for option in self.options if option.name == name), None)


def _options(*names: str) -> tuple[Option, ...]:
    """Plain options; a name that ends in `!` is needed."""
    return tuple(Option(name.rstrip("!"), needed=name.endswith("!")) for name in names)


def _file(child: str, kind: str = DOCUMENT, *, needed: bool = True) -> Option:
    return Option("file", child, kind, needed)


_PICTURE = (_file("image", IMAGE), *_options("alt", "caption", "credit"))
_TITLED = Kind(_options("title!"), "text", RICH)
CALLOUTS = ("note", "example", "warning", "case")

KINDS: dict[str, Kind] = {
    "text": Kind(child="", text=RICH),
    "heading": Kind(
        (Option("level", choices=("2", "3"), default="2"), Option("anchor")), "text", PLAIN
    ),
    "quote": Kind(_options("author", "role"), "quote", PLAIN),
    "callout": Kind(
        (Option("kind", choices=CALLOUTS, default="note"), Option("title")), "text", RICH
    ),
    "table": Kind(
        (
            Option("caption"),
            Option("header", choices=("row", "column", "both"), default="row"),
            Option("source"),
        ),
        "rows",
        TABLE,
    ),
    "term": Kind(_options("term!"), "definition", RICH),
    "notes": Kind(text=NOTES),
    "image": Kind(_PICTURE),
    "gallery": Kind(_options("title"), parts=Kind(_PICTURE)),
    "video": Kind(
        (_file("video"), Option("captions", kind=DOCUMENT), Option("title")), "transcript", RICH
    ),
    "embed": Kind(_options("address!", "title"), "transcript", RICH),
    "audio": Kind((_file("audio"), Option("title")), "transcript", RICH),
    "accordion": Kind(_options("title"), parts=_TITLED),
    "steps": Kind(_options("title"), parts=Kind(_options("title!", "time"), "text", RICH)),
    "timeline": Kind(_options("title"), parts=Kind(_options("when!", "title!"), "text", RICH)),
    "comparison": Kind(_options("title"), parts=_TITLED, least=2),
    "case": Kind(
        (
            *_options("title!", "place", "period", "teaches", "link"),
            _file("image", IMAGE, needed=False),
            *_options("alt", "credit"),
        ),
        "text",
        RICH,
    ),
    "check": Kind(
        (Option("several", kind=YES),),
        "question",
        RICH,
        Kind((Option("answer", "text", needed=True), Option("right", kind=YES)), "feedback", RICH),
        least=2,
    ),
    "reflection": Kind(_options("title"), "prompt", RICH),
    "template": Kind(_options("title"), "text", RICH, Kind((_file("file"), Option("label")))),
    "file": Kind((_file("file"), Option("title")), "description", PLAIN),
    "reading": Kind(
        _options("title"),
        parts=Kind(
            (Option("page", kind=PAGE), *_options("title", "authors", "year", "link")),
            "text",
            RICH,
        ),
    ),
}


def wrong_option(kind: Kind, name: str, value: str) -> str:
    """What is wrong with an option, or nothing."""
    option = kind.option(name)
    if option is None:
        known = ", ".join(option.name for option in kind.options) or "–"
        return _("unknown option “%(name)s”; known: %(known)s") % {"name": name, "known": known}
    if option.choices and value not in option.choices:
        return _("unknown %(name)s; known: %(known)s") % {
            "name": name,
            "known": ", ".join(option.choices),
        }
    if option.kind == YES and value not in ("yes", "no"):
        return _("%(name)s is yes or no") % {"name": name}
    return ""
