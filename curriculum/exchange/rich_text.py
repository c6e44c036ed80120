"""Rich text and Markdown, one way and the other, for what the editor knows: headings, lists, bold, italic, links."""

import re
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline

from curriculum.exchange.names import Names, Resolver

SPACES = " \t\r\n"
BLOCKS = {"p", "h2", "h3", "h4", "ul", "ol", "li", "hr", "blockquote"}
SAME = {"strong": "b", "em": "i", "h1": "h2", "h5": "h4", "h6": "h4"}
KNOWN = BLOCKS | {"b", "i", "a", "br", "code"}
TAG = re.compile(r"</?[bi]>")
NOTE_MARK = re.compile(r"\[\^[a-z0-9-]{1,20}\]")
SPECIAL = re.compile(
    r"\[\^[a-z0-9-]{1,20}\]|\\(?=[!-/:-@\[-`{-~]|$)|[*_`\[\]]|<(?=[A-Za-z/!?])|&(?=[A-Za-z#])"
)
# Markdown drops every kind of space at the edges of a line; a reference stays.
EDGE = re.compile(r"^[^\S \t\r\n]+|[^\S \t\r\n]+$", re.MULTILINE)
LINE_START = re.compile(r"^(?:[-+=>#~|]|::|(\d{1,9})([.)]))")


@dataclass
class Node:
    tag: str  # "" is text
    text: str = ""
    target: tuple[str, str] = ("", "")  # of a link: its kind and what it names
    children: list["Node"] = field(default_factory=list)


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
    return _html(_tree(_markdown.render(markdown), _reading(resolver)))


def write_rich_text(html: str, names: Names) -> str:
    """The Markdown from which `rich_text` makes the same text again."""
    tree = _tree(html, _writing(names))
    written = _blocks(tree)
    # Asterisks say emphasis only between certain characters; where they fail, tags say it.
    if _html(_tree(_markdown.render(written), _as_written)) != _html(tree):
        written = _blocks(tree, tags=True)
    return written


# --- Links -----------------------------------------------------------------------------------
def _reading(resolver: Resolver):
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


def _writing(names: Names):
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


# --- HTML into a tree, and the tree in its one normal form ----------------------------------------
class _Builder(HTMLParser):
    def __init__(self, target):
        super().__init__(convert_charrefs=True)
        self.root = Node("root")
        self.open = [self.root]
        self.target = target

    def handle_starttag(self, tag, attrs):
        tag = SAME.get(tag, tag)
        if tag not in KNOWN:
            return
        node = Node(tag)
        if tag == "a":
            node.target = self.target({name: value or "" for name, value in attrs}) or ("", "")
        self.open[-1].children.append(node)
        if tag not in ("br", "hr"):
            self.open.append(node)

    def handle_endtag(self, tag):
        tag = SAME.get(tag, tag)
        if any(node.tag == tag for node in self.open[1:]):
            while self.open.pop().tag != tag:
                pass

    def handle_data(self, data):
        self.open[-1].children.append(Node("", data))


def _tree(html: str, target) -> Node:
    builder = _Builder(target)
    builder.feed(html)
    builder.close()
    return _tidy(builder.root)


def _tidy(node: Node) -> Node:
    """Blocks hold blocks or a line of inline nodes; spaces are single, and stand outside emphasis."""
    children = []
    for child in node.children:
        if child.tag in BLOCKS:
            if child.tag == "hr" or _tidy(child).children:
                children.append(child)
        else:
            children += _inline(child)
    if node.tag in ("root", "blockquote") or (
        node.tag == "li" and any(child.tag in BLOCKS for child in children)
    ):
        children = _in_paragraphs(children, loose=node.tag != "li")
    elif node.tag in ("ul", "ol"):
        children = [child for child in children if child.tag == "li"]
    else:
        children = _line(children)
    node.children = children
    return node


def _in_paragraphs(children: list[Node], *, loose: bool) -> list[Node]:
    """Loose text between blocks is a paragraph; the first of a list item needs no tag."""
    result: list[Node] = []
    line: list[Node] = []
    for child in [*children, None]:
        if child is not None and child.tag not in BLOCKS:
            line.append(child)
            continue
        if trimmed := _line(line):
            result.append(Node("p", children=trimmed))
        line = []
        if child is not None:
            result.append(child)
    if not loose and result and result[0].tag == "p":
        result[:1] = result[0].children
    return result


def _inline(node: Node, inside: frozenset[str] = frozenset()) -> list[Node]:
    """The node with single spaces, those at its edges moved outside; nothing for an empty one."""
    if node.tag == "":
        text = re.sub(f"[{SPACES}]+", " ", node.text)
        return [Node("", text)] if text else []
    if node.tag == "br":
        return [node]
    if node.tag == "code":
        text = re.sub(f"[{SPACES}]+", " ", _text_of(node)).strip(SPACES)
        return [Node("code", children=[Node("", text)])] if text else []
    around = inside | {node.tag}
    inner = _joined([part for child in node.children for part in _inline(child, around)])
    # Emphasis of emphasis, and a link in a link, say nothing more.
    if node.tag in inside or (node.tag == "a" and not node.target[0]):
        return inner
    before, inner, after = _edges(inner)
    if not inner:
        return before + after
    return [*before, Node(node.tag, target=node.target, children=inner), *after]


def _edges(nodes: list[Node]) -> tuple[list[Node], list[Node], list[Node]]:
    before: list[Node] = []
    after: list[Node] = []
    nodes = list(nodes)
    while nodes and (nodes[0].tag == "br" or nodes[0].text.startswith(" ")):
        first = nodes[0]
        if first.tag == "br":
            before.append(nodes.pop(0))
            continue
        before.append(Node("", " "))
        nodes[0] = Node("", first.text[1:])
        if not nodes[0].text:
            nodes.pop(0)
    while nodes and (nodes[-1].tag == "br" or nodes[-1].text.endswith(" ")):
        last = nodes[-1]
        if last.tag == "br":
            after.insert(0, nodes.pop())
            continue
        after.insert(0, Node("", " "))
        nodes[-1] = Node("", last.text[:-1])
        if not nodes[-1].text:
            nodes.pop()
    return before, nodes, after


def _joined(nodes: list[Node]) -> list[Node]:
    """Neighbours of a kind are one, and double spaces between them too."""
    result: list[Node] = []
    for node in nodes:
        last = result[-1] if result else None
        if last is not None and last.tag == node.tag and node.tag in ("", "b", "i"):
            if node.tag == "":
                last.text = re.sub(" +", " ", last.text + node.text)
            else:
                last.children = _joined(last.children + node.children)
        else:
            copy = Node(node.tag, node.text, node.target, list(node.children))
            result.append(copy)
    for place, node in enumerate(result):  # no spaces around a line break
        if node.tag == "" and place and result[place - 1].tag == "br":
            node.text = node.text.lstrip(" ")
        if node.tag == "" and place + 1 < len(result) and result[place + 1].tag == "br":
            node.text = node.text.rstrip(" ")
    return [node for node in result if node.tag or node.text]


def _line(nodes: list[Node]) -> list[Node]:
    nodes = _joined(nodes)
    _before, nodes, _after = _edges(nodes)
    return nodes


def _text_of(node: Node) -> str:
    return node.text + "".join(_text_of(child) for child in node.children)


# --- The tree into HTML --------------------------------------------------------------------------
def _html(node: Node) -> str:
    inner = "".join(_html(child) for child in node.children)
    if node.tag == "root":
        return inner
    if node.tag == "":
        return escape(node.text, quote=False)
    if node.tag in ("br", "hr"):
        return f"<{node.tag}/>"
    if node.tag == "a":
        kind, name = node.target
        if kind in ("page_id", "document"):
            linktype = "page" if kind == "page_id" else "document"
            return f'<a linktype="{linktype}" id="{name}">{inner}</a>'
        return f'<a href="{escape(_address(node.target))}">{inner}</a>'
    return f"<{node.tag}>{inner}</{node.tag}>"


def _address(target: tuple[str, str]) -> str:
    kind, name = target
    return {"lesson": "lesson:", "page": "page:", "media": "media/"}.get(kind, "") + name


# --- The tree into Markdown ------------------------------------------------------------------------
def _blocks(node: Node, *, tags: bool = False) -> str:
    """The blocks of a node, an empty line between them."""
    pieces: list[str] = []
    last = ""
    for child in node.children:
        pieces.append(_block(child, tags=tags, other=child.tag == last))
        # A third list in a row may use the first sign again.
        last = "" if child.tag in ("ul", "ol") and child.tag == last else child.tag
    return "\n\n".join(piece for piece in pieces if piece)


def _block(node: Node, *, tags: bool, other: bool = False) -> str:
    if node.tag == "hr":
        return "---"
    if node.tag in ("h2", "h3", "h4"):
        words = _keep_spaces(_words(node.children, tags).replace(chr(10), " "))
        return f"{'#' * int(node.tag[1])} {words}"
    if node.tag == "blockquote":
        return "\n".join(f"> {line}".rstrip() for line in _blocks(node, tags=tags).splitlines())
    if node.tag in ("ul", "ol"):
        return _list(node, tags=tags, other=other)
    return _start(_words(node.children, tags))


def _list(node: Node, *, tags: bool, other: bool) -> str:
    """Lists in a row need different signs to stay apart."""
    rows = []
    for number, item in enumerate(node.children, start=1):
        sign = f"{number}{')' if other else '.'}" if node.tag == "ol" else ("*" if other else "-")
        line = [child for child in item.children if child.tag not in BLOCKS]
        inner = [child for child in item.children if child.tag in BLOCKS]
        text = _start(_words(line, tags))
        for block in inner:
            # A list goes on with its item's text; a paragraph needs an empty line before it.
            gap = "\n" if block.tag in ("ul", "ol") else "\n\n"
            text += gap + _block(block, tags=tags)
        indent = " " * (len(sign) + 1)
        rows.append(f"{sign} " + text.replace("\n", f"\n{indent}").replace(f"\n{indent}\n", "\n\n"))
    return "\n".join(rows)


def _words(nodes: list[Node], tags: bool) -> str:
    text = ""
    for node in nodes:
        inner = _words(node.children, tags)
        if node.tag == "":
            text += SPECIAL.sub(lambda m: m[0] if len(m[0]) > 1 else f"\\{m[0]}", node.text)
        elif node.tag == "br":
            text += "\\\n"
        elif node.tag in ("b", "i"):
            sign = "**" if node.tag == "b" else "*"
            text += f"<{node.tag}>{inner}</{node.tag}>" if tags else f"{sign}{inner}{sign}"
        elif node.tag == "code":
            text += f"`{_text_of(node).replace('`', chr(39))}`"
        else:
            address = _address(node.target)
            text += f"[{inner}]({f'<{address}>' if re.search('[ ()<>]', address) else address})"
    return text


def _start(text: str) -> str:
    """What would begin another kind of block, at the start of each line, begins a text."""

    def safe(line: str) -> str:
        match = LINE_START.match(line)
        if not match:
            return line
        digits = match[1]
        return f"{digits}\\{line[len(digits) :]}" if digits else f"\\{line}"

    return "\n".join(safe(line) for line in _keep_spaces(text).split("\n"))


def _keep_spaces(text: str) -> str:
    return EDGE.sub(lambda match: "".join(f"&#{ord(sign)};" for sign in match[0]), text)
