"""What is told of a page."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Issue:
    """One thing to mend: `code` is stable, `anchor` is the place in the editor ("" for the page itself)."""

    code: str
    message: Any
    detail: str = ""
    anchor: str = ""
    advice: bool = False  # worth doing; the lesson can be taught without

    @property
    def fragment(self) -> str:
        return f"#{self.anchor}" if self.anchor else ""
