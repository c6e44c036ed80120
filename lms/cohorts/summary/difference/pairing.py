"""Which block of the old version is which of the new one, and which of them stand elsewhere now."""

from bisect import bisect_left
from collections.abc import Callable
from difflib import SequenceMatcher
from functools import cache
from typing import Any

from lms.cohorts.summary.difference.parts import parts_of

# Two blocks without a common id are one block that changed if they share this much of their words.
ALIKE = 0.5


def pairs_of(before: list, after: list) -> dict[int, int]:
    """{place before: place after} of the blocks that are one: by id, else by content, else by likeness."""

    @cache
    def words_before(b: int) -> list[str]:
        return _words(before[b])

    @cache
    def words_after(a: int) -> list[str]:
        return _words(after[a])

    def same_id(b: int, a: int) -> bool:
        return _id(before[b]) == _id(after[a]) != "" and _same_type(before[b], after[a])

    def same_content(b: int, a: int) -> bool:
        return equal(before[b], after[a])

    def alike(b: int, a: int) -> bool:
        if not _same_type(before[b], after[a]):
            return False
        matcher = SequenceMatcher(None, words_before(b), words_after(a), autojunk=False)
        return matcher.quick_ratio() >= ALIKE and matcher.ratio() >= ALIKE

    pairs: dict[int, int] = {}
    for one in (same_id, same_content, alike):
        _pair_up(pairs, len(before), len(after), one)
    return pairs


def _pair_up(
    pairs: dict[int, int], before: int, after: int, one: Callable[[int, int], bool]
) -> None:
    """Give each place that has no partner yet the first free one that is `one` with it."""
    free = sorted(set(range(after)) - set(pairs.values()))
    for b in range(before):
        if b in pairs:
            continue
        found = next((a for a in free if one(b, a)), None)
        if found is not None:
            pairs[b] = found
            free.remove(found)


def moved_in(pairs: dict[int, int]) -> set[int]:
    """Places before of those that changed order: all but the longest run that kept it."""
    order = [(b, pairs[b]) for b in sorted(pairs)]
    tails: list[int] = []
    chain: list[int] = []  # index in `order` of each tail
    parent: dict[int, int] = {}
    for at, (_b, a) in enumerate(order):
        place = bisect_left(tails, a)
        if place:
            parent[at] = chain[place - 1]
        tails[place : place + 1] = [a]
        chain[place : place + 1] = [at]
    kept = set()
    at_ = chain[-1] if chain else None
    while at_ is not None:
        kept.add(order[at_][0])
        at_ = parent.get(at_)
    return set(pairs) - kept


def equal(old: dict, new: dict) -> bool:
    return _same_type(old, new) and _bare(old.get("value")) == _bare(new.get("value"))


def _bare(value: Any) -> Any:
    """A value without the ids of the items inside: a new id is nothing that anybody reads."""
    if isinstance(value, dict):
        inner = {key: _bare(item) for key, item in value.items()}
        if set(inner) == {"type", "value", "id"}:
            inner.pop("id")
        return inner
    if isinstance(value, list):
        return [_bare(item) for item in value]
    return value


def _same_type(old: dict, new: dict) -> bool:
    return old.get("type") == new.get("type")


def _id(block: dict) -> str:
    return str(block.get("id") or "")


def _words(block: dict) -> list[str]:
    return " ".join(part.text for part in parts_of(block, {})).split()
