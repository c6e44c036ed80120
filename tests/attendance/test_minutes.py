"""Properties of the pure functions against a slow, obvious reference: sets of minutes."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from lms.attendance.choices import Channel, SheetStatus, State
from lms.attendance.summary import Exemption, Facts, Policy, Presence, attendance_at, summarise
from lms.attendance.summary.spans import clipped, merged, recognised, seconds, without
from tests.factories.attendance import Module, moment, sitting

minutes = st.integers(-30, 240)
spans = st.lists(st.tuples(minutes, minutes), max_size=6)
channels = st.sampled_from([Channel.HOUSE, Channel.REMOTE])
presences = st.lists(
    st.tuples(minutes, st.integers(1, 200), channels).map(
        lambda row: Presence(moment(row[0]), moment(row[0] + row[1]), row[2])
    ),
    max_size=5,
)
breaks = st.lists(
    st.tuples(st.integers(0, 170), st.integers(1, 30)).map(lambda b: (b[0], min(180, b[0] + b[1]))),
    max_size=3,
)


def minute_set(pairs) -> set[int]:
    return {minute for start, end in pairs for minute in range(start, end)}


def minutes_of(rows, channel=None) -> set[int]:
    base = int(moment(0).timestamp())
    return {
        minute
        for row in rows
        if channel is None or row.channel == channel
        for minute in range((row.span[0] - base) // 60, (row.span[1] - base) // 60)
    }


@given(spans)
def test_merged_spans_hold_the_same_minutes_without_overlap(pairs):
    result = merged(pairs)
    assert minute_set(result) == minute_set(pairs)
    assert seconds(result) == len(minute_set(pairs))
    assert all(first[1] < second[0] for first, second in pairwise(result))


@given(spans, spans)
def test_without_is_set_difference(pairs, holes):
    assert minute_set(without(pairs, holes)) == minute_set(pairs) - minute_set(holes)


@given(spans)
def test_merging_twice_is_merging_once(pairs):
    assert merged(merged(pairs)) == merged(pairs)


@given(spans, st.tuples(minutes, minutes))
def test_clipped_is_the_part_inside_the_window(pairs, window):
    assert minute_set(clipped(pairs, window)) == minute_set(pairs) & minute_set([window])


@given(st.lists(st.tuples(st.integers(0, 9000), st.integers(0, 9000)), max_size=5))
def test_seconds_are_cut_to_whole_minutes(pairs):
    held = {second for start, end in pairs for second in range(start, min(end, 6000))}
    assert recognised(pairs, window=(0, 6000), breaks=[]) == len(held) // 60


@given(presences, breaks)
def test_credited_minutes_are_the_overlap_minus_breaks(rows, pauses):
    """domain, Attendance: «overlap with the session minus its non-credited breaks, merged»."""
    row = attendance_at(sitting(breaks=pauses), presences=rows)
    lesson = set(range(180)) - minute_set(pauses)
    assert row.credited == len(minutes_of(rows) & lesson)
    assert row.planned == row.delivered == len(lesson)


@given(presences, breaks)
def test_remote_minutes_are_those_not_spent_in_the_house(rows, pauses):
    row = attendance_at(sitting(breaks=pauses), presences=rows)
    lesson = set(range(180)) - minute_set(pauses)
    remote = minutes_of(rows, Channel.REMOTE) - minutes_of(rows, Channel.HOUSE)
    assert row.remote == len(remote & lesson)


actuals = st.tuples(st.integers(-30, 60), st.integers(90, 240))


@given(presences, breaks, actuals)
def test_a_signed_session_credits_only_its_real_time(rows, pauses, actual):
    row = attendance_at(
        sitting(breaks=pauses, status=SheetStatus.SIGNED, actual=actual), presences=rows
    )
    planned = len(set(range(180)) - minute_set(pauses))
    held = minute_set([actual]) - minute_set(pauses)
    assert row.delivered == min(planned, len(held))
    assert row.credited == min(row.delivered, len(minutes_of(rows) & held))


@given(presences, breaks, st.integers(0, 500))
def test_minutes_are_never_negative_nor_above_the_planned(rows, pauses, make_up):
    row = attendance_at(sitting(breaks=pauses), presences=rows, make_up=make_up)
    assert 0 <= row.make_up <= row.credited <= row.delivered <= row.planned
    assert 0 <= row.remote <= row.credited


@given(presences, st.integers(0, 500))
def test_a_make_up_never_gives_more_than_was_missed(rows, make_up):
    plain = attendance_at(sitting(), presences=rows)
    row = attendance_at(sitting(), presences=rows, make_up=make_up)
    assert row.credited == min(180, plain.credited + make_up)


@given(presences, st.integers(0, 60))
def test_the_grace_changes_the_label_and_never_the_minutes(rows, grace):
    strict = attendance_at(sitting(), presences=rows, grace=0)
    lenient = attendance_at(sitting(), presences=rows, grace=grace)
    assert lenient.credited == strict.credited
    assert not (lenient.late and not strict.late)


@given(presences)
def test_the_order_and_repetition_of_intervals_do_not_matter(rows):
    assert (
        attendance_at(sitting(), presences=rows).credited
        == attendance_at(sitting(), presences=[*reversed(rows), *rows]).credited
    )


statuses = st.sampled_from([SheetStatus.PLANNED, SheetStatus.OPEN])
lessons = st.lists(
    st.tuples(st.integers(10, 240), statuses, st.booleans(), st.sampled_from([None, 1, 2])),
    min_size=1,
    max_size=8,
)
policies = st.builds(
    Policy,
    threshold=st.integers(0, 100),
    by_module=st.booleans(),
    on_planned=st.booleans(),
    excused_leave=st.booleans(),
    grace=st.just(0),
)


def a_cohort(rows):
    return [
        sitting(key, 1000 * key, 1000 * key + length, status=status, cancelled=off, module=module)
        for key, (length, status, off, module) in enumerate(rows)
    ]


@st.composite
def cases(draw):
    sittings = a_cohort(draw(lessons))
    stays, excuses = {}, {}
    for s in sittings:
        kind = draw(st.sampled_from(["absent", "excused", "part", "whole"]))
        length = s.scheduled[1] - s.scheduled[0]
        stay = {"part": draw(st.integers(1, length // 60)), "whole": length // 60}.get(kind, 0)
        if stay and s.taken:
            start = 1000 * s.key
            stays[s.key] = [Presence(moment(start), moment(start + stay))]
        if kind == "excused":
            excuses[s.key] = "Visita medica"
    credit = draw(st.integers(0, 300))
    exemptions = [Exemption(None, None, credit)] if credit else []
    module_credit = draw(st.integers(0, 300))
    if module_credit:
        exemptions.append(Exemption(Module(1), 1, module_credit))
    return sittings, Facts(presences=stays, excuses=excuses, exemptions=exemptions)


@given(cases(), policies)
def test_the_figure_is_rebuilt_from_the_rows(case, policy):
    """domain, Attendance: R2 is rebuildable from R1: rows, and credits as rows without a session."""
    sittings, facts = case
    summary = summarise(sittings, facts, policy)
    base = [row.planned if policy.on_planned else row.delivered for row in summary.rows]
    left = [
        minutes
        for minutes, row in zip(base, summary.rows, strict=True)
        if policy.excused_leave and row.state == State.EXCUSED
    ]
    assert summary.attended == sum(row.credited for row in summary.rows)
    assert summary.excused == sum(left)
    assert summary.total == sum(base) - sum(left) - sum(row.counted for row in summary.credits)
    assert 0 <= summary.total <= summary.full_total
    if summary.total:
        exact = min(10000, summary.attended * 10000 // summary.total)
        assert summary.percent == f"{exact // 100}.{exact % 100:02d}"


@given(cases(), policies)
def test_cancelled_sessions_count_for_nothing(case, policy):
    sittings, facts = case
    kept = [s for s in sittings if not s.cancelled]
    assert summarise(sittings, facts, policy).figure == summarise(kept, facts, policy).figure


@given(cases(), policies)
def test_the_threshold_is_inclusive_and_in_integers(case, policy):
    figure = summarise(*case, policy).figure
    if figure.total:
        assert figure.reached == (figure.attended * 100 >= policy.threshold * figure.total)


@given(cases(), policies)
def test_who_misses_all_that_may_be_missed_still_gets_there(case, policy):
    """The point of no return: missing `can_miss` is safe, one minute more is not."""
    figure = summarise(*case, policy).figure
    if not figure.reachable:
        assert figure.can_miss == 0
        return
    reach = policy.threshold * figure.full_total
    best = figure.attended + figure.still_possible
    assert (best - figure.can_miss) * 100 >= reach
    if figure.can_miss < figure.still_possible:
        assert (best - figure.can_miss - 1) * 100 < reach


@given(cases(), policies)
def test_what_is_earned_is_reached_when_all_is_held(case, policy):
    sittings, facts = case
    held = [s for s in sittings if s.taken or s.cancelled]
    summary = summarise(held, facts, policy)
    assert summary.final == bool(held)
    if summary.final and summary.planned:
        assert all(f.earned == f.reached for f in summary.judged)


@given(cases(), policies, st.integers(0, 7))
def test_more_presence_never_lowers_the_figure(case, policy, chosen):
    sittings, facts = case
    before = summarise(sittings, facts, policy)
    target = sittings[chosen % len(sittings)]
    start = 1000 * target.key
    stay = Presence(moment(start), moment(start + 300))
    more = Facts(
        presences={**facts.presences, target.key: [stay]},
        excuses=facts.excuses,
        exemptions=facts.exemptions,
    )
    assert summarise(sittings, more, policy).attended >= before.attended
