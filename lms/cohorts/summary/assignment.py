"""Who reads which application: pure, balanced, the same for the same seed."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Need:
    """An application that wants `number` more readers, none of those `barred` (the applicant, who had it before)."""

    application: int
    number: int
    barred: frozenset[int] = frozenset()


def drawn(seed: int, *parts: int) -> str:
    return hashlib.sha256(":".join(str(part) for part in (seed, *parts)).encode()).hexdigest()


def assign(
    needs: Iterable[Need], *, load: Mapping[int, int], seed: int
) -> dict[int, tuple[int, ...]]:
    """For each application its new readers. `load`: readings that each reader has already.

    Applications are taken in an order drawn from the seed, those with fewest possible readers first; each goes
    to whoever has least to read, and between equals the lot decides. Where too few may read an application it gets
    as many as there are.
    """
    carried = dict(load)

    def choices(need: Need) -> int:
        return len(carried) - sum(reader in carried for reader in need.barred)

    order = sorted(needs, key=lambda need: (choices(need), drawn(seed, need.application)))
    chosen: dict[int, tuple[int, ...]] = {}
    for need in order:
        able = sorted(
            (reader for reader in carried if reader not in need.barred),
            key=lambda reader: (carried[reader], drawn(seed, need.application, reader)),
        )
        chosen[need.application] = tuple(able[: need.number])
        for reader in chosen[need.application]:
            carried[reader] += 1
    return chosen


def numbers(applications: Iterable[int], *, after: int, seed: int) -> dict[int, int]:
    """A number for each application, from `after` + 1 on, in an order drawn from the seed."""
    order = sorted(applications, key=lambda application: drawn(seed, application))
    return {application: after + place for place, application in enumerate(order, start=1)}
