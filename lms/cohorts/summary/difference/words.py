"""Two texts as one, with the words that went and those that came marked."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

# Beyond this many pairs of words a text is compared line by line only.
MOST_PAIRS = 4_000_000
TOKEN = re.compile(r"\w+|\s+|[^\w\s]")


def marked(old: str, new: str) -> SafeString:
    """`new` with what came in `<ins>` and what went in `<del>`, escaped; line ends become `<br>`."""
    added, removed, end = _told(_("added:")), _told(_("removed:")), _told(_("end"))
    pieces = []
    for kind, text in _runs(old, new):
        safe = escape(text).replace("\n", "<br>")
        if kind == "same":
            pieces.append(safe)
        elif kind == "ins":
            pieces.append(f"<ins>{added}{safe}{end}</ins>")
        else:
            pieces.append(f"<del>{removed}{safe}{end}</del>")
    # Every piece is escaped above; the elements are ours.
    return mark_safe("".join(pieces))  # noqa: S308


def _told(word: str) -> str:
    """The mark in words, for those who do not see underline and strike."""
    return f'<span class="w-sr-only"> [{escape(word)}] </span>'


def _runs(old: str, new: str) -> list[tuple[str, str]]:
    """(same | del | ins, text) in reading order; lines first, then the words of the lines that differ."""
    runs: list[tuple[str, str]] = []
    was, now = old.splitlines(keepends=True), new.splitlines(keepends=True)
    for tag, a, b, c, d in SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
        gone, come = "".join(was[a:b]), "".join(now[c:d])
        if tag == "equal":
            runs.append(("same", gone))
        else:
            runs += _words(gone, come)
    return runs


def _words(old: str, new: str) -> Iterator[tuple[str, str]]:
    was, now = TOKEN.findall(old), TOKEN.findall(new)
    if not was or not now or len(was) * len(now) > MOST_PAIRS:
        steps = [("replace", 0, len(was), 0, len(now))]
    else:
        steps = list(SequenceMatcher(None, was, now, autojunk=False).get_opcodes())
    gone = come = ""
    for place, (tag, a, b, c, d) in enumerate(steps):
        same = "".join(was[a:b])
        # A lone space between two changed words would tear the change into crumbs.
        inside = 0 < place < len(steps) - 1 and not same.strip() and "\n" not in same
        if tag == "equal" and not inside:
            yield from _flushed(gone, come)
            gone = come = ""
            yield "same", same
        elif tag == "equal":
            gone, come = gone + same, come + same
        else:
            gone, come = gone + same, come + "".join(now[c:d])
    yield from _flushed(gone, come)


def _flushed(gone: str, come: str) -> Iterator[tuple[str, str]]:
    if gone:
        yield "del", gone
    if come:
        yield "ins", come
