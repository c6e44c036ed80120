"""Rich text's tree written as Markdown."""

import re

from curriculum.exchange.rich_trees import BLOCKS, Node, address_of, text_of

SPECIAL = re.compile(
    # A backslash before a sign, before a space that may become a reference (EDGE), or last.
    r"\[\^[a-z0-9-]{1,20}\]|\\(?=[!-/:-@\[-`{-~]|[^\S \t\r\n]|$)|[*_`\[\]]|<(?=[A-Za-z/!?])|&(?=[A-Za-z#])"
)
# Markdown drops every kind of space at the edges of a line; a reference stays.
EDGE = re.compile(r"^[^\S \t\r\n]+|[^\S \t\r\n]+$", re.MULTILINE)
LINE_START = re.compile(r"^(?:[-+=>#~|]|::|(\d{1,9})([.)]))")


def markdown_of(node: Node, *, tags: bool = False) -> str:
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
        return "\n".join(f"> {line}".rstrip() for line in markdown_of(node, tags=tags).splitlines())
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
            text += f"`{text_of(node).replace('`', chr(39))}`"
        else:
            address = address_of(node.target)
            if text.endswith("!"):  # a mark before a bracket begins a picture
                text = f"{text[:-1]}\\!"
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
