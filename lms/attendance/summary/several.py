"""Several cohorts at once: their sessions and what is known of many learners, read in two queries.

What is computed is what `summarise` computes; who has nothing but presences costs a few additions.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import BigIntegerField, CharField, Func, Q, QuerySet, Value
from django.db.models.functions import Cast

from lms.attendance.choices import ExcuseStatus
from lms.attendance.models import Credit, Excuse, MakeUp, PresenceInterval
from lms.attendance.summary.facts import Exemption, Facts, Policy, Presence, Sitting
from lms.attendance.summary.figures import AttendanceSummary
from lms.attendance.summary.judge import attendance_at, summarise
from lms.attendance.summary.reading import policy_of, sitting_of
from lms.attendance.summary.spans import Span, merged, recognised
from lms.cohorts.models import ClassSession, Cohort, Enrolment, SessionBreak

Interval = tuple[int, int, str]  # in and out in seconds since the epoch, channel


class Epoch(Func):
    """A moment as whole seconds since the epoch, cut: what the arithmetic of minutes is done with."""

    arity = 1
    output_field = BigIntegerField()

    def as_sqlite(self, compiler, connection, **context):
        template = "CAST(strftime('%%%%s', SUBSTR(%(expressions)s, 1, 19)) AS integer)"
        return self.as_sql(compiler, connection, template=template, **context)

    def as_postgresql(self, compiler, connection, **context):
        template = "FLOOR(EXTRACT(EPOCH FROM %(expressions)s))::bigint"
        return self.as_sql(compiler, connection, template=template, **context)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a group stands: `percent` is the mean of the learners' shares in whole percent, cut, None
    before any session counts; `low` are below the threshold so far, and `lost` of them for good.
    """

    people: int
    percent: int | None
    low: int
    lost: int


@dataclass
class Ledgers:
    """Sessions by cohort in order of time, and the rows of every learner that was asked for."""

    cohorts: dict[int, Cohort] = field(default_factory=dict)
    sittings: dict[int, list[Sitting]] = field(default_factory=dict)
    intervals: dict[int, dict[int, list[Interval]]] = field(default_factory=dict)
    others: dict[int, Facts] = field(
        default_factory=dict
    )  # of whom something else than presences is known
    _empty: dict[int, AttendanceSummary] = field(default_factory=dict)
    _credited: dict[tuple[int, tuple[Interval, ...]], int] = field(default_factory=dict)

    def summary_of(self, enrolment: Enrolment) -> AttendanceSummary:
        """One learner's whole summary, as `attendance_of` gives it; no query."""
        found = self.others.get(enrolment.pk, Facts())
        presences = {
            session: [_presence(row) for row in rows]
            for session, rows in self.intervals.get(enrolment.pk, {}).items()
        }
        facts = replace(found, presences=presences, withdrawn_on=enrolment.withdrawn_on)
        cohort = enrolment.cohort_id
        return summarise(self.sittings.get(cohort, []), facts, self._policy(cohort))

    def standing_of(self, cohort: Cohort, enrolments: Iterable[int]) -> Standing:
        """Where active learners of a cohort stand together, by their enrolments' ids; no query."""
        people, shares, low, lost = 0, [], 0, 0
        for pk in enrolments:
            figures = self._figures(cohort.pk, pk)
            people += 1
            if figures.total:
                shares.append(figures.figure.hundredths)
            out_of_reach = figures.planned > 0 and not figures.reachable
            low += figures.is_low or out_of_reach
            lost += out_of_reach
        percent = sum(shares) // len(shares) // 100 if shares else None
        return Standing(people, percent, low, lost)

    def last_presences(self) -> dict[int, int]:
        """By enrolment, the second at which the last presence ended."""
        return {
            pk: max(row[1] for rows in sessions.values() for row in rows)
            for pk, sessions in self.intervals.items()
        }

    def _figures(self, cohort: int, pk: int) -> AttendanceSummary:
        """A summary whose figures are the learner's; its rows are not, where there are presences alone."""
        sessions = self.intervals.get(pk, {})
        if pk in self.others:
            presences = {key: [_presence(row) for row in rows] for key, rows in sessions.items()}
            facts = replace(self.others[pk], presences=presences)
            return summarise(self.sittings.get(cohort, []), facts, self._policy(cohort))
        empty = self._empty.get(cohort)
        if empty is None:
            empty = summarise(self.sittings.get(cohort, []), Facts(), self._policy(cohort))
            self._empty[cohort] = empty
        attended = 0
        by_module: dict[int, int] = defaultdict(int)
        for sitting in self.sittings.get(cohort, []):
            rows = sessions.get(sitting.key)
            if rows:
                minutes = self._minutes(sitting, tuple(rows))
                attended += minutes
                if sitting.module is not None:
                    by_module[sitting.module.pk] += minutes
        modules = empty.modules
        if empty.by_module:
            modules = tuple(
                replace(m, figure=replace(m.figure, attended=by_module[m.module.pk]))
                for m in modules
            )
        return replace(empty, figure=replace(empty.figure, attended=attended), modules=modules)

    def _minutes(self, sitting: Sitting, rows: tuple[Interval, ...]) -> int:
        """Whole classes come and go together: each way of being there is worked out once."""
        key = (sitting.key, rows)
        found = self._credited.get(key)
        if found is None:
            found = attendance_at(sitting, presences=[_presence(row) for row in rows]).credited
            self._credited[key] = found
        return found

    def _policy(self, cohort: int) -> Policy:
        return policy_of(self.cohorts[cohort])


def read_ledgers(cohorts: Iterable[Cohort], enrolments: QuerySet[Enrolment]) -> Ledgers:
    """The ledgers of the enrolments given, all of these cohorts: 2 queries whatever their number."""
    known = {cohort.pk: cohort for cohort in cohorts}
    theirs = Q(enrolment__in=enrolments.order_by().values("pk"))
    made_up_in = MakeUp.objects.filter(theirs).values("held_in")
    breaks: dict[int, list[Span]] = defaultdict(list)
    intervals: dict[int, dict[int, list[Interval]]] = defaultdict(lambda: defaultdict(list))
    kept: dict[str, list[tuple]] = {"excuse": [], "credit": [], "makeup": []}
    for kind, enrolment, session, first, second, words in _rows(theirs, set(known), made_up_in):
        if kind == "presence":
            intervals[enrolment][session].append((first, second, words))
        elif kind == "break":
            breaks[session].append((first, second))
        else:
            kept[kind].append((enrolment, session, first, second, words))
    sessions = (
        ClassSession.objects.filter(Q(cohort__in=known) | Q(pk__in=made_up_in))
        .select_related("module", "sheet")
        .order_by("starts_at", "number")
    )
    every = [sitting_of(session, breaks=tuple(merged(breaks[session.pk]))) for session in sessions]
    sittings: dict[int, list[Sitting]] = {pk: [] for pk in known}
    for sitting in every:
        if sitting.session.cohort_id in sittings:
            sittings[sitting.session.cohort_id].append(sitting)
    for rows in intervals.values():
        for spans in rows.values():
            spans.sort()
    return Ledgers(known, sittings, dict(intervals), _others(kept, every))


def _rows(theirs: Q, cohorts: set[int], made_up_in: QuerySet) -> QuerySet:
    """(kind, enrolment, session, two numbers, words) of every ledger in one query.

    presence: in, out, channel · excuse: –, –, reason · credit: session is the module or 0; minutes, –, reason
    · makeup: session is the one missed; in, out, the session where it was held · break: in, out.
    """

    def columns(
        rows: QuerySet, kind: str, enrolment: Any, session: Any, first: Any, second: Any, words: Any
    ) -> QuerySet:
        return (
            rows.order_by()
            .annotate(
                kind=Value(kind, CharField()), who=enrolment, where=session, one=first, two=second,
                words=words,
            )
            .values_list("kind", "who", "where", "one", "two", "words")
        )  # fmt: skip

    def number(of: Any) -> Cast:
        return Cast(of, BigIntegerField())

    nothing = Value(0, BigIntegerField())
    presences = columns(
        PresenceInterval.objects.filter(theirs), "presence", number("enrolment_id"),
        number("session_id"), Epoch("in_at"), Epoch("out_at"), Cast("channel", CharField()),
    )  # fmt: skip
    excuses = columns(
        Excuse.objects.filter(theirs, status=ExcuseStatus.APPROVED), "excuse",
        number("enrolment_id"), number("session_id"), nothing, nothing, Cast("reason", CharField()),
    )  # fmt: skip
    credits = columns(
        Credit.objects.filter(theirs), "credit", number("enrolment_id"), number("module_id"),
        number("minutes"), nothing, Cast("reason", CharField()),
    )  # fmt: skip
    make_ups = columns(
        MakeUp.objects.filter(theirs), "makeup", number("enrolment_id"), number("missed_id"),
        Epoch("in_at"), Epoch("out_at"), Cast("held_in_id", CharField()),
    )  # fmt: skip
    pauses = columns(
        SessionBreak.objects.filter(
            Q(session__cohort__in=cohorts) | Q(session__in=made_up_in)
        ), "break", nothing, number("session_id"), Epoch("starts_at"), Epoch("ends_at"),
        Value("", CharField()),
    )  # fmt: skip
    return presences.union(excuses, credits, make_ups, pauses, all=True)


def _others(kept: dict[str, list[tuple]], every: Sequence[Sitting]) -> dict[int, Facts]:
    by_key = {sitting.key: sitting for sitting in every}
    modules = {s.module.pk: s.module for s in every if s.module is not None}
    excuses: dict[int, dict[int, str]] = defaultdict(dict)
    for enrolment, session, _first, _second, reason in kept["excuse"]:
        excuses[enrolment][session] = reason
    exemptions: dict[int, list[Exemption]] = defaultdict(list)
    for enrolment, module, minutes, _second, reason in kept["credit"]:
        exemptions[enrolment].append(Exemption(modules.get(module), module, minutes, reason))
    make_ups: dict[int, dict[int, int]] = defaultdict(dict)
    for enrolment, missed, first, second, held_in in kept["makeup"]:
        held = by_key[int(held_in)]
        make_ups[enrolment][missed] = recognised(
            [(first, second)], window=held.window, breaks=held.breaks
        )
    return {
        pk: Facts(excuses=excuses[pk], make_ups=make_ups[pk], exemptions=exemptions[pk])
        for pk in {*excuses, *exemptions, *make_ups}
    }


def _presence(row: Interval) -> Presence:
    return Presence(
        datetime.datetime.fromtimestamp(row[0], datetime.UTC),
        datetime.datetime.fromtimestamp(row[1], datetime.UTC),
        row[2],
    )
