"""A course as a folder of Markdown files with front matter: reading bodies, and writing them again.

The format is described in docs/course-format.md; `lms/demo/content/` is written in it. What is read and
written again is the same, byte for byte: `write_body(stream_blocks(…))` is a fixed point.
"""

from curriculum.exchange.bodies import stream_blocks, write_body
from curriculum.exchange.documents import Document, parse_document, read_document, write_document
from curriculum.exchange.names import Names, Resolver, UnknownName, page_at, path_of
from curriculum.exchange.rich_text import rich_text, write_rich_text
from curriculum.exchange.yaml_texts import load_yaml, write_yaml

__all__ = [
    "Document",
    "Names",
    "Resolver",
    "UnknownName",
    "load_yaml",
    "page_at",
    "parse_document",
    "path_of",
    "read_document",
    "rich_text",
    "stream_blocks",
    "write_body",
    "write_document",
    "write_rich_text",
    "write_yaml",
]
