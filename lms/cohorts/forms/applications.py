"""What an applicant typed, and the page that shows it again; the checks are `summary.applying`'s."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import QueryDict

from lms.cohorts.choices import QuestionKind
from lms.cohorts.models import ApplicationFile
from lms.cohorts.summary.applying import Ask, Value


@dataclass(frozen=True, slots=True)
class ApplicationField:
    """One field of the page. `elsewhere` is what another tab saved of it meanwhile, in words."""

    ask: Ask
    value: Value = ""
    file: ApplicationFile | None = None
    fault: str = ""
    elsewhere: str | None = None

    @property
    def id(self) -> str:
        return f"id_{self.ask.name}"

    @property
    def rows(self) -> int:
        return min(max(self.ask.max_length // 250, 3), 10)

    @property
    def described_by(self) -> str:
        """Ids of what belongs to the field, for those who hear it."""
        most = self.ask.max_length and self.ask.is_text
        parts = {
            "help": self.ask.help or most or self.ask.is_file,
            "fault": self.fault,
            "elsewhere": self.elsewhere is not None,
        }
        return " ".join(f"{self.id}_{part}" for part, there in parts.items() if there)

    @property
    def choices(self) -> list[tuple[str, str, bool]]:
        """(key, words, chosen) of what is offered."""
        chosen = self.value if isinstance(self.value, list) else [self.value]
        return [(key, words, key in chosen) for key, words in self.ask.options]


def typed_answers(asks: list[Ask], data: QueryDict) -> dict[str, Value]:
    """What a form says of each field that is no file; of a box or a list that is left empty, nothing."""
    return {
        ask.name: data.getlist(ask.name)
        if ask.kind == QuestionKind.SEVERAL_CHOICES
        else data.get(ask.name, "")
        for ask in asks
        if not ask.is_file
    }


def application_fields(
    asks: list[Ask],
    values: Mapping[str, Value],
    files: Mapping[str, ApplicationFile],
    faults: Mapping[str, str],
    elsewhere: Mapping[str, str] | None = None,
) -> list[ApplicationField]:
    return [
        ApplicationField(
            ask,
            values.get(ask.name, ""),
            files.get(ask.name),
            faults.get(ask.name, ""),
            (elsewhere or {}).get(ask.name),
        )
        for ask in asks
    ]
