"""The small Markdown of announcements: paragraphs, emphasis, lists, quotations, links; as HTML and as plain text.

Anything else stays text. nh3 looks again at what comes out, since it goes into pages and mails unescaped.
"""

import re

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "a", "blockquote"}
SCHEMES = {"https", "http", "mailto"}
# Titles, rules, code and pictures are for lessons.
_markdown = MarkdownIt("commonmark", {"html": False, "breaks": True}).disable(
    ["heading", "lheading", "hr", "code", "fence", "backticks", "image", "reference", "html_inline", "html_block"]
)  # fmt: skip
# An address that stands alone; not one in <…> or in the brackets of a link.
_BARE = re.compile(r"(?<![<(\[\w/])https?://[^\s<>\[\]]+")
_ENDS = ".,;:!?)’'\"»"


def html_of(text: str) -> SafeString:
    """Clean HTML, safe to show as it is."""
    dirty = _markdown.render(_with_links(text))
    clean = nh3.clean(
        dirty,
        tags=TAGS,
        attributes={"*": set(), "a": {"href"}, "ol": {"start"}},
        url_schemes=SCHEMES,
        link_rel="noopener nofollow",
    )
    return mark_safe(clean)  # noqa: S308  (cleaned on the line above)


def plain_of(text: str) -> str:
    """The same words for the text part of a mail: list items keep their sign, links show their address."""
    lines: list[str] = []
    signs: list[str] = []
    quoted = 0
    for token in _markdown.parse(_with_links(text)):
        if token.type in ("bullet_list_open", "ordered_list_open"):
            signs.append("-" if token.type[0] == "b" else "1.")
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            signs.pop()
            if not signs:
                lines.append("")
        elif token.type == "list_item_open" and token.info:
            signs[-1] = f"{token.info}."
        elif token.type in ("blockquote_open", "blockquote_close"):
            quoted += 1 if token.nesting > 0 else -1
        elif token.type == "inline":
            lines += _block(_inline(token.children or []), signs, quoted)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _block(text: str, signs: list[str], quoted: int) -> list[str]:
    mark = "> " * quoted + "  " * max(0, len(signs) - 1) + (f"{signs[-1]} " if signs else "")
    rest = "> " * quoted + " " * (len(mark) - 2 * quoted)
    found = [(rest if number else mark) + line for number, line in enumerate(text.split("\n"))]
    return found if signs else [*found, ""]


def _inline(tokens: list[Token]) -> str:
    text, hrefs = "", []
    for token in tokens:
        if token.type == "link_open":
            hrefs.append((str(token.attrs.get("href", "")), len(text)))
        elif token.type == "link_close":
            href, start = hrefs.pop()
            if text[start:] != href.removeprefix("mailto:"):
                text += f" ({href})"
        elif token.type in ("softbreak", "hardbreak"):
            text += "\n"
        else:
            text += token.content
    return text


def _with_links(text: str) -> str:
    def link(match: re.Match) -> str:
        address = match.group()
        bare = address.rstrip(_ENDS)
        return f"<{bare}>{address[len(bare) :]}"

    return _BARE.sub(link, text)
