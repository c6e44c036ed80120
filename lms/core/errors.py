"""The one exception by which a service refuses: a sentence for people and a code for machines."""

from typing import Any


class DomainError(Exception):
    """A rule of the domain refuses what was asked.

    `message` is a translated sentence that names the way out; `code` is stable and in English,
    for the API, tests and logs. Edges translate it: a form error, a message, HTTP 409.
    """

    def __init__(self, message: Any, code: str) -> None:
        super().__init__(message)
        self.message = message
        self.code = code

    def __str__(self) -> str:
        return str(self.message)
