"""YAML as the archive knows it: no tags, no aliases, no key twice; written always in the same bytes."""

from collections.abc import Iterator
from typing import Any

import yaml
from django.utils.translation import gettext as _

from lms.core.errors import DomainError

DEEPEST = 12
LONGEST = 1_000_000  # characters: the reader in Python takes some 10 s for that
OTHER_LINE_ENDS = "\r\x85\u2028\u2029"  # YAML folds them, unless they are escaped
_FAST: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_FAST):
    def construct_mapping(self, node: Any, deep: bool = False) -> dict:
        seen: set[str] = set()
        for key, _value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise _at(key, _("a key is a word"))
            if key.value in seen:
                raise _at(key, _("the key “%(key)s” occurs twice") % {"key": key.value})
            seen.add(key.value)
        return super().construct_mapping(node, deep)


def load_yaml(text: str, *, name: str, first_line: int = 1) -> Any:
    """What `text` says: lists, mappings, texts, numbers. Refused (`bad_yaml`) with `name` and line.

    `first_line` is the line of the file on which `text` begins.
    """
    try:
        if len(text) > LONGEST:
            raise DomainError(
                _("%(file)s: the text is longer than %(count)s characters.")
                % {"file": name, "count": LONGEST},
                "bad_yaml",
            )
        _refuse_bombs(yaml.parse(text, Loader=_FAST))
        return yaml.load(text, Loader=_Loader)  # noqa: S506 (a safe loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = first_line + (mark.line if mark else 0)
        what = getattr(error, "problem", None) or _("this is no YAML")
        raise DomainError(f"{name}:{line}: {what}", "bad_yaml") from error
    except ValueError as error:  # a date that no calendar has, a number that no one reads
        raise DomainError(f"{name}:{first_line}: {error}", "bad_yaml") from error


def write_yaml(data: Any) -> str:
    """Block style, in the order given; lists of plain words on one line, long texts never folded."""
    return yaml.dump(
        data, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=10**6, indent=2
    )


def _refuse_bombs(events: Iterator[yaml.Event]) -> None:
    depth = 0
    for event in events:
        if isinstance(event, yaml.AliasEvent):
            raise _at(event, _("references (*) are not read: write the text again"))
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > DEEPEST:
                raise _at(event, _("the lists stand too deep in one another"))
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _at(place: Any, what: str) -> yaml.MarkedYAMLError:
    return yaml.MarkedYAMLError(problem=what, problem_mark=place.start_mark)


class _Dumper(yaml.SafeDumper):
    # The one in C writes a few texts otherwise: the bytes must not depend on the machine.
    def ignore_aliases(self, data: Any) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.Node:
    style = "|" if "\n" in value else None
    if any(sign in value for sign in OTHER_LINE_ENDS):
        style = '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


def _list(dumper: yaml.SafeDumper, value: list) -> yaml.Node:
    plain = all(isinstance(row, str | int | float) for row in value)
    return dumper.represent_sequence("tag:yaml.org,2002:seq", value, flow_style=plain)


_Dumper.add_representer(str, _text)
_Dumper.add_representer(list, _list)
