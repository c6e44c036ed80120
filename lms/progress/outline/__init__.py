"""Pinned lessons made ready to read, and passages found again in them; nothing is written."""

from lms.progress.outline.notebook import (
    LessonNotes,
    ModuleNotes,
    Notebook,
    as_data,
    as_markdown,
    notebook_of,
)
from lms.progress.outline.passages import Marked, block_of, clean_text, marked_passages
from lms.progress.outline.reading import (
    Reading,
    blocks_of_type,
    enrolled_address,
    pinned_blocks,
    question_of,
    read_draft,
    read_lesson,
)

__all__ = [
    "LessonNotes",
    "Marked",
    "ModuleNotes",
    "Notebook",
    "Reading",
    "as_data",
    "as_markdown",
    "block_of",
    "blocks_of_type",
    "clean_text",
    "enrolled_address",
    "marked_passages",
    "notebook_of",
    "pinned_blocks",
    "question_of",
    "read_draft",
    "read_lesson",
]
