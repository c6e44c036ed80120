"""What differs between two versions of a lesson, block by block and word by word, for people to read.

Texts come out of here as safe HTML: every word of an author is escaped, and the only elements are ours.
"""

from lms.cohorts.summary.difference.comparison import (
    BlockChange,
    Difference,
    Digest,
    Line,
    difference_of,
    digest_of,
)
from lms.cohorts.summary.difference.rich_text import read_rich_text
from lms.cohorts.summary.difference.words import marked

__all__ = [
    "BlockChange",
    "Difference",
    "Digest",
    "Line",
    "difference_of",
    "digest_of",
    "marked",
    "read_rich_text",
]
