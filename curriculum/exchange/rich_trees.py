"""HTML as a tree in its one normal form, and the tree as HTML again: what rich text is compared and written in."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser

SPACES = " \t\r\n"
BLOCKS = {"p", "h2", "h3", "h4", "ul", "ol", "li", "hr", "blockquote"}
SAME = {"strong": "b", "em": "i", "h1": "h2", "h5": "h4", "h6": "h4"}
KNOWN = BLOCKS | {"b", "i", "a", "br", "code"}
# What a link leads to, from its attributes: its kind and what it names; None leaves the text without it.
Target = Callable[[dict[str, str]], tuple[str, str] | None]


@dataclass
class Node:
    tag: str  # "" is text
    text: str = ""
    target: tuple[str, str] = ("", "")  # of a link: its kind and what it names
    children: list["Node"] = field(default_factory=list)


def tree_of(html: str, target: Target) -> Node:
    builder = _Builder(target)
    builder.feed(html)
    builder.close()
    return _tidy(builder.root)


class _Builder(HTMLParser):
    def __init__(self, target: Target):
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
        text = re.sub(f"[{SPACES}]+", " ", text_of(node)).strip(SPACES)
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


def text_of(node: Node) -> str:
    return node.text + "".join(text_of(child) for child in node.children)


def html_of(node: Node) -> str:
    inner = "".join(html_of(child) for child in node.children)
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
        return f'<a href="{escape(address_of(node.target))}">{inner}</a>'
    return f"<{node.tag}>{inner}</{node.tag}>"


def address_of(target: tuple[str, str]) -> str:
    kind, name = target
    return {"lesson": "lesson:", "page": "page:", "media": "media/"}.get(kind, "") + name
