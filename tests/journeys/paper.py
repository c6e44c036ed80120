"""Reads a PDF as its reader would: the kinds of its tags, and the codes drawn on a page.

WeasyPrint draws a QR code as strokes, one a run of dark modules: they are drawn again with Pillow, so
that no program beside Python is needed.
"""

from collections.abc import Iterator

from PIL import Image, ImageDraw
from pypdf import PageObject, PdfReader
from pypdf.generic import ContentStream

SCALE = 6  # pixels a point
Matrix = tuple[float, ...]


def tags_of(reader: PdfReader) -> set[str]:
    """The kinds of element in the structure tree: "/H1", "/Table", "/Figure"…"""
    kinds: set[str] = set()
    waiting = [reader.trailer["/Root"]["/StructTreeRoot"]]
    while waiting:
        node = waiting.pop().get_object()
        if isinstance(node, list):
            waiting += node
        elif isinstance(node, dict) and "/K" in node:
            kinds.add(str(node.get("/S", "")))
            waiting.append(node["/K"])
    return kinds


def codes_on(page: PageObject) -> list[str]:
    """What the codes of a page say."""
    import zxingcpp

    width, height = (int(float(side) * SCALE) for side in page.mediabox[2:])
    picture = Image.new("L", (width, height), 255)
    draw = ImageDraw.Draw(picture)
    for (left, low), (right, high), thick in _strokes(
        page, page.get_contents(), page["/Resources"]
    ):
        half = thick * SCALE / 2
        draw.rectangle(
            [
                min(left, right) * SCALE,
                height - max(low, high) * SCALE - half,
                max(left, right) * SCALE,
                height - min(low, high) * SCALE + half,
            ],
            fill=0,
        )
    return [code.text for code in zxingcpp.read_barcodes(picture)]


def _strokes(page, content, resources, matrix: Matrix = (1, 0, 0, 1, 0, 0)) -> Iterator[tuple]:
    """The straight strokes of a content stream: from, to, thickness, in points of the page."""
    kept, width, here, lines = [], 1.0, (0.0, 0.0), []
    for operands, operator in content.operations:
        match operator:
            case b"q":
                kept.append((matrix, width))
            case b"Q":
                matrix, width = kept.pop()
            case b"cm":
                matrix = _times(tuple(map(float, operands)), matrix)
            case b"w":
                width = float(operands[0])
            case b"m":
                here = _place(operands, matrix)
            case b"l":
                lines.append((here, here := _place(operands, matrix)))
            case b"S" | b"s" | b"B":
                yield from ((start, end, width * abs(matrix[0])) for start, end in lines)
                lines = []
            case b"f" | b"f*" | b"n":
                lines = []
            case b"Do":
                form = resources["/XObject"][operands[0]].get_object()
                if form["/Subtype"] == "/Form":
                    inner = _times(tuple(map(float, form.get("/Matrix", matrix[:0]))), matrix)
                    stream = ContentStream(form, page.pdf)
                    yield from _strokes(page, stream, form.get("/Resources", resources), inner)


def _times(first: Matrix, then: Matrix) -> Matrix:
    if not first:
        return then
    a, b, c, d, e, f = first
    g, h, i, j, k, m = then
    return (a*g + b*i, a*h + b*j, c*g + d*i, c*h + d*j, e*g + f*i + k, e*h + f*j + m)  # fmt: skip


def _place(point, matrix: Matrix) -> tuple[float, float]:
    x, y = map(float, point)
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f
