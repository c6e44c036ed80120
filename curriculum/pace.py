"""How long a body takes to read, where its author gives no estimate."""

from math import ceil

from django.utils.html import strip_tags
from wagtail.blocks import StreamValue

# Reading to learn, in words a minute, and the minutes that doing something takes beside.
PACE = 160
DOING = {"reflection": 2, "check": 1, "video": 1, "audio": 1}


def minutes_of(body: StreamValue) -> int:
    """How long the body takes, at least a minute: its words, and what there is to do or to watch."""
    text = " ".join(body.stream_block.get_searchable_content(body))
    words = len(strip_tags(text).split())
    doing = sum(DOING.get(block.block_type, 0) for block in body)
    return max(1, ceil(words / PACE) + doing)
