"""Rich text and Markdown, one way and the other, for what the editor knows: headings, lists, bold, italic, links."""

import re

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline

from curriculum.exchange.names import Names, Resolver
from curriculum.exchange.rich_markdown import markdown_of
from curriculum.exchange.rich_trees import Target, html_of, tree_of

TAG = re.compile(r"</?[bi]>")


def _tags(state: StateInline, silent: bool) -> bool:
    """`<b>` and `<i>` are read, for emphasis that asterisks cannot say; every other tag is text."""
    match = TAG.match(state.src, state.pos)
    if not match:
        return False
    if not silent:
        state.push("html_inline", "", 0).content = match[0]
    state.pos = match.end()
    return True


_markdown = MarkdownIt("commonmark", {"html": False}).disable("reference")
_markdown.inline.ruler.before("autolink", "tags", _tags)


def rich_text(markdown: str, resolver: Resolver) -> str:
    """Wagtail's rich text of a piece of Markdown.

    `lesson:slug` becomes a link to that page, `page:path` to a page of the site, `media/name` to a file;
    where there is none the text stays without a link.
    """
    return html_of(tree_of(_markdown.render(markdown), _reading(resolver)))


def write_rich_text(html: str, names: Names) -> str:
    """The Markdown from which `rich_text` makes the same text again."""
    tree = tree_of(html, _writing(names))
    written = markdown_of(tree)
    # Asterisks say emphasis only between certain characters; where they fail, tags say it.
    if html_of(tree_of(_markdown.render(written), _as_written)) != html_of(tree):
        written = markdown_of(tree, tags=True)
    return written


# --- Links -----------------------------------------------------------------------------------
def _reading(resolver: Resolver) -> Target:
    def target(attributes: dict[str, str]) -> tuple[str, str] | None:
        kind, name = _as_written(attributes) or ("", "")
        find = {
            "lesson": resolver.lesson,
            "page": resolver.page,
            "media": lambda name: resolver.document(f"media/{name}"),
        }.get(kind)
        if find is None:
            return (kind, name) if kind else None
        pk = find(name)
        return ("document" if kind == "media" else "page_id", str(pk)) if pk else None

    return target


def _as_written(attributes: dict[str, str]) -> tuple[str, str] | None:
    href = attributes.get("href", "")
    for kind, prefix in (("lesson", "lesson:"), ("page", "page:"), ("media", "media/")):
        if href.startswith(prefix):
            return kind, href.removeprefix(prefix)
    return ("href", href) if href else None


def _writing(names: Names) -> Target:
    def target(attributes: dict[str, str]) -> tuple[str, str] | None:
        kind, pk = attributes.get("linktype"), attributes.get("id", "")
        if kind == "page" and pk.isdigit():
            slug = names.lesson(int(pk))
            path = None if slug else names.page(int(pk))
            return ("lesson", slug) if slug else ("page", path) if path else None
        if kind == "document" and pk.isdigit():
            name = names.document(int(pk))
            return ("media", name.removeprefix("media/")) if name else None
        href = attributes.get("href", "")
        return ("href", _markdown.normalizeLink(href)) if href else None

    return target
