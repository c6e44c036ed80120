"""What lessons are made of. A landed child is never renamed or removed: pinned revisions are still read.

Every block has its template under `templates/blocks/`, its Markdown in `curriculum.exchange.kinds`.
"""

from curriculum.blocks.lesson import LessonBlock
from curriculum.blocks.outcome import OutcomeBlock

__all__ = ["LessonBlock", "OutcomeBlock"]
