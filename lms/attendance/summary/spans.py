"""Arithmetic of time spans `[start, end)` in whole seconds since the epoch, so that a clock change costs nothing."""

from collections.abc import Iterable

Span = tuple[int, int]


def merged(spans: Iterable[Span]) -> list[Span]:
    """The same time without overlaps, in order; empty and backward spans vanish."""
    result: list[Span] = []
    for start, end in sorted(spans):
        if end <= start:
            continue
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return result


def clipped(spans: Iterable[Span], window: Span) -> list[Span]:
    """What of the spans lies inside the window."""
    first, last = window
    return [
        (max(start, first), min(end, last))
        for start, end in spans
        if min(end, last) > max(start, first)
    ]


def without(spans: Iterable[Span], holes: Iterable[Span]) -> list[Span]:
    """Merged spans minus the holes."""
    result = merged(spans)
    for first, last in merged(holes):
        kept: list[Span] = []
        for start, end in result:
            if start < first:
                kept.append((start, min(end, first)))
            if end > last:
                kept.append((max(start, last), end))
        result = [(start, end) for start, end in kept if end > start]
    return result


def seconds(spans: Iterable[Span]) -> int:
    return sum(end - start for start, end in spans)


def recognised(spans: Iterable[Span], *, window: Span, breaks: Iterable[Span]) -> int:
    """Whole minutes of overlap with the window minus its breaks, merged, cut.

    domain, Attendance: “Credited minutes = overlap with the session minus its non-credited breaks,
    merged, never negative”.
    """
    return seconds(without(clipped(spans, window), breaks)) // 60
