"""A course as a folder of Markdown files with front matter: reading bodies, and writing them again.

The format is described in docs/course-format.md; `lms/demo/content/` is written in it. What is read and
written again is the same, byte for byte: `write_body(stream_blocks(…))` is a fixed point.
"""

from curriculum.exchange.bodies import stream_blocks, write_body
from curriculum.exchange.documents import Document, read_document
from curriculum.exchange.names import Names, Resolver, page_at, path_of
from curriculum.exchange.rich_text import rich_text, write_rich_text

__all__ = [
    "Document",
    "Names",
    "Resolver",
    "page_at",
    "path_of",
    "read_document",
    "rich_text",
    "stream_blocks",
    "write_body",
    "write_rich_text",
]
