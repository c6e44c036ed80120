"""What is wrong with a folder of course files, and what is left out of it: gathered, each sentence once."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from curriculum.exchange.archives import BadArchive
from lms.core.errors import DomainError

T = TypeVar("T")


@dataclass
class Faults:
    problems: list[str] = field(default_factory=list)  # any of them refuses the whole
    notices: list[str] = field(default_factory=list)

    def refuse(self, sentence: str) -> None:
        if sentence not in self.problems:
            self.problems.append(sentence)

    def notice(self, sentence: str) -> None:
        if sentence not in self.notices:
            self.notices.append(sentence)

    def guarded(self, call: Callable[[], T]) -> T | None:
        """What `call` returns; a refusal is written down, and None returned."""
        try:
            return call()
        except BadArchive as error:
            for problem in error.problems:
                self.refuse(problem)
        except DomainError as error:
            self.refuse(str(error))
        return None
