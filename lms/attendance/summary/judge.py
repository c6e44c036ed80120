"""From facts to figures: pure functions, no database, one pass over a learner's sessions."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lms.attendance.choices import Channel, State
from lms.attendance.summary.facts import Exemption, Facts, Policy, Presence, Sitting
from lms.attendance.summary.figures import (
    AttendanceSummary,
    CreditRow,
    Figure,
    ModuleAttendance,
    SessionAttendance,
)
from lms.attendance.summary.spans import Span, clipped, seconds, without


@dataclass(frozen=True, slots=True)
class _Weight:
    """What a row weighs in the denominator: so far, at the end, and whether it leaves as excused."""

    module: int | None
    base: int
    final: int
    leaves: bool
    possible: int


def attendance_at(
    sitting: Sitting,
    *,
    presences: Sequence[Presence] = (),
    excuse: str = "",
    make_up: int = 0,
    exempt: bool = False,
    withdrawn: bool = False,
    grace: int = 0,
) -> SessionAttendance:
    """One row. Minutes first, then the label that follows from them and from the facts.

    domain, Attendance: “Credited minutes = overlap … merged, never negative, never above the planned
    minutes. States are derived”; make-ups are “capped at what was missed”; “the channel belongs to the
    presence”: time in the house and remote at once counts once, as in the house.
    """
    if sitting.cancelled:
        return SessionAttendance(session=sitting.session, state=State.CANCELLED)
    planned, delivered = sitting.planned, sitting.delivered
    if not sitting.taken or (withdrawn and not presences):
        state = State.WITHDRAWN if withdrawn else State.PLANNED
        return SessionAttendance(
            session=sitting.session,
            state=state,
            planned=planned,
            delivered=delivered,
            excuse=excuse,
        )
    own, remote = _minutes(sitting, presences)
    extra = max(0, min(make_up, delivered - own))
    first, last = _ends(presences)
    late = bool(own) and first is not None and _after(first, sitting.window[0]) > grace * 60
    early = bool(own) and last is not None and -_after(last, sitting.window[1]) > grace * 60
    channels = {presence.channel for presence in presences}
    return SessionAttendance(
        session=sitting.session,
        state=_state(own, remote, extra, late=late, early=early, exempt=exempt, excuse=excuse),
        planned=planned,
        delivered=delivered,
        credited=own + extra,
        remote=remote,
        make_up=extra,
        first_in=first,
        last_out=last,
        intervals=len(presences),
        channel="mixed" if len(channels) > 1 else str(next(iter(channels), "")),
        late=late,
        early=early,
        excuse=excuse,
    )


def summarise(sittings: Sequence[Sitting], facts: Facts, policy: Policy) -> AttendanceSummary:
    """The figure of one learner over a cohort's sessions, in the order given.

    domain, Attendance: “Credits (esonero), and excused absences where they count, leave the
    denominator”; “a late joiner's denominator stays the full cohort unless a credit is recorded”;
    “point of no return”.
    """
    exempt = _exempt_modules(sittings, facts.exemptions)
    rows: list[SessionAttendance] = []
    weights: list[_Weight] = []
    for sitting in sittings:
        withdrawn = facts.withdrawn_on is not None and sitting.day > facts.withdrawn_on
        row = attendance_at(
            sitting,
            presences=facts.presences.get(sitting.key, ()),
            excuse=facts.excuses.get(sitting.key, ""),
            make_up=facts.make_ups.get(sitting.key, 0),
            exempt=_key(sitting.module) in exempt,
            withdrawn=withdrawn,
            grace=policy.grace,
        )
        rows.append(row)
        final = row.delivered if sitting.taken and not policy.on_planned else row.planned
        weights.append(
            _Weight(
                module=_key(sitting.module),
                base=row.planned if policy.on_planned else row.delivered,
                final=final,
                leaves=policy.excused_leave and row.state == State.EXCUSED,
                possible=0 if sitting.taken or withdrawn else row.planned,
            )
        )
    credit_rows, counted_final = _credits(weights, facts.exemptions)
    counted = sum(row.counted for row in credit_rows)
    return AttendanceSummary(
        figure=_figure(policy, rows, weights, counted, counted_final),
        rows=tuple(rows),
        credits=tuple(credit_rows),
        modules=_modules(policy, sittings, rows, weights, facts.exemptions),
        by_module=policy.by_module,
        remote=sum(row.remote for row in rows),
        make_up=sum(row.make_up for row in rows),
        credit=counted,
        excused=sum(weight.base for weight in weights if weight.leaves),
        absences=_count(rows, State.ABSENT, State.EXCUSED),
        excused_absences=_count(rows, State.EXCUSED),
        late_arrivals=_count(rows, State.LATE),
        early_leaves=_count(rows, State.EARLY),
        final=all(sitting.taken or sitting.cancelled for sitting in sittings) and bool(sittings),
    )


def _minutes(sitting: Sitting, presences: Sequence[Presence]) -> tuple[int, int]:
    """(credited, of which remote)."""

    def time_of(chosen: list[Span]) -> int:
        return seconds(without(clipped(chosen, sitting.window), sitting.breaks))

    every = time_of([presence.span for presence in presences])
    house = time_of([p.span for p in presences if p.channel == Channel.HOUSE])
    own = min(every // 60, sitting.delivered)
    return own, min((every - house) // 60, own)


def _ends(
    presences: Sequence[Presence],
) -> tuple[datetime.datetime | None, datetime.datetime | None]:
    if not presences:
        return None, None
    return min(p.in_at for p in presences), max(p.out_at for p in presences)


def _after(moment: datetime.datetime, second: int) -> int:
    return int(moment.timestamp()) - second


def _state(
    own: int, remote: int, extra: int, *, late: bool, early: bool, exempt: bool, excuse: str
) -> State:
    if extra:
        return State.MADE_UP
    if own:
        if late:
            return State.LATE
        if early:
            return State.EARLY
        return State.REMOTE if remote == own else State.PRESENT
    if exempt:
        return State.EXEMPT
    return State.EXCUSED if excuse else State.ABSENT


def _key(module: Any | None) -> int | None:
    return None if module is None else module.pk


def _exempt_modules(sittings: Sequence[Sitting], exemptions: Sequence[Exemption]) -> set[int]:
    """Modules whose every planned minute is credited: their sessions say “exempt”, not “absent”."""
    planned: dict[int, int] = {}
    for sitting in sittings:
        if sitting.module is not None:
            planned[sitting.module.pk] = planned.get(sitting.module.pk, 0) + sitting.planned
    return {
        e.module_key
        for e in exemptions
        if e.module_key is not None and e.minutes >= planned.get(e.module_key, 0)
    }


def _credits(
    weights: Sequence[_Weight], exemptions: Sequence[Exemption]
) -> tuple[list[CreditRow], int]:
    """Credits with the minutes that really leave the denominator, and their sum at the end.

    A module's credit never takes more than the module weighs, nor minutes that left as excused; the
    cohort's credit takes from what is left.
    """
    rows, final_sum = [], 0
    base_left = sum(w.base for w in weights if not w.leaves)
    final_left = sum(w.final for w in weights if not w.leaves)
    for exemption in sorted(exemptions, key=lambda e: e.module_key is None):
        own = [w for w in weights if not w.leaves and w.module == exemption.module_key]
        whole = exemption.module_key is None
        counted = min(exemption.minutes, base_left if whole else sum(w.base for w in own))
        final = min(exemption.minutes, final_left if whole else sum(w.final for w in own))
        base_left, final_left, final_sum = (
            base_left - counted,
            final_left - final,
            final_sum + final,
        )
        rows.append(CreditRow(exemption.module, exemption.minutes, counted, exemption.reason))
    return rows, final_sum


def _figure(
    policy: Policy,
    rows: Sequence[SessionAttendance],
    weights: Sequence[_Weight],
    counted: int,
    counted_final: int,
) -> Figure:
    return Figure(
        threshold=policy.threshold,
        planned=sum(row.planned for row in rows),
        delivered=sum(row.delivered for row in rows),
        attended=sum(row.credited for row in rows),
        total=sum(w.base for w in weights if not w.leaves) - counted,
        full_total=sum(w.final for w in weights if not w.leaves) - counted_final,
        still_possible=sum(w.possible for w in weights),
    )


def _modules(
    policy: Policy,
    sittings: Sequence[Sitting],
    rows: Sequence[SessionAttendance],
    weights: Sequence[_Weight],
    exemptions: Sequence[Exemption],
) -> tuple[ModuleAttendance, ...]:
    places: dict[int, list[int]] = {}
    modules: dict[int, Any] = {}
    for index, sitting in enumerate(sittings):
        if sitting.module is not None and not sitting.cancelled:
            modules[sitting.module.pk] = sitting.module
            places.setdefault(sitting.module.pk, []).append(index)
    result = []
    for key, indexes in places.items():
        mine = [weights[i] for i in indexes]
        credit_rows, final = _credits(mine, [e for e in exemptions if e.module_key == key])
        counted = sum(row.counted for row in credit_rows)
        figure = _figure(policy, [rows[i] for i in indexes], mine, counted, final)
        result.append(ModuleAttendance(modules[key], figure))
    return tuple(result)


def _count(rows: Sequence[SessionAttendance], *states: State) -> int:
    return sum(row.state in states for row in rows)
