"""Registries that live below their users: packages fill them in `AppConfig.ready()` with plain callables.

They are one of the three doors by which a package acts upwards (docs/decisions/0002).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class PersonalData:
    """What one model holds about a person: how it is given to them, and how it is erased.

    `export(user)` returns JSON-ready rows; `erase(user)` deletes or anonymises and returns the number
    of rows touched; `kept` is the sentence for the person when the rows must be kept (domain: Personal data).
    """

    model: str  # "app.Model"
    export: Callable[[Any], list[dict]]
    erase: Callable[[Any], int] | None = None
    kept: Any = ""


@dataclass(frozen=True)
class DueWork:
    """Work that the clock starts: `run()` every `every` seconds; it must bear running twice."""

    name: str
    every: int
    run: Callable[[], object]


@dataclass(frozen=True)
class Report:
    """A report definition, without pandas: a name, a title, and who may ask for it."""

    name: str
    title: Any
    permission: str


@dataclass
class Registries:
    permission_rules: dict[str, Callable[[Any, Any], bool]] = field(default_factory=dict)
    personal_data: dict[str, PersonalData] = field(default_factory=dict)
    due_work: dict[str, DueWork] = field(default_factory=dict)
    reports: dict[str, Report] = field(default_factory=dict)


registries = Registries()


def register_rule(permission: str, predicate: Callable[[Any, Any], bool]) -> None:
    """Let `user.has_perm(permission, obj)` ask `predicate(user, obj)`."""
    registries.permission_rules[permission] = predicate


def register_personal_data(entry: PersonalData) -> None:
    registries.personal_data[entry.model] = entry


def register_due_work(entry: DueWork) -> None:
    registries.due_work[entry.name] = entry
