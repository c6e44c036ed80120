"""What a plan would do, row by row, and a name for it: whoever agrees agrees to what was shown."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from lms.cohorts.models import Cohort
from lms.cohorts.models.syllabus import canonical
from lms.cohorts.summary.clashes import Clash, Wanted, clashes_of
from lms.cohorts.summary.plan import Skipped


@dataclass(frozen=True, slots=True)
class Step:
    """One session: what it is, where it is now (None: nowhere yet), where it would be."""

    label: str
    now: tuple[datetime, datetime] | None
    then: Wanted
    key: str = ""


@dataclass(frozen=True, slots=True)
class PreviewRow:
    label: str
    now: tuple[datetime, datetime] | None
    starts_at: datetime
    ends_at: datetime
    clashes: tuple[Clash, ...]

    @property
    def changed(self) -> bool:
        return self.now != (self.starts_at, self.ends_at)


@dataclass(frozen=True, slots=True)
class Preview:
    """`digest` changes with anything that a person would judge otherwise."""

    rows: tuple[PreviewRow, ...]
    skipped: tuple[Skipped, ...]
    first_day: date
    last_day: date
    beyond: bool  # some session lies outside the cohort's days
    digest: str

    @property
    def clashing(self) -> int:
        return sum(bool(row.clashes) for row in self.rows)

    @property
    def changed(self) -> int:
        return sum(row.changed for row in self.rows)


def preview_of(
    steps: Sequence[Step],
    skipped: Sequence[Skipped],
    *,
    cohort: Cohort | None,
    without: Sequence[int] = (),
) -> Preview | None:
    """The plan with its clashes (`clashes_of`), None where there is nothing to show; 6 queries.

    `cohort` is the one whose days it should keep to, None for one that takes its days from the plan.
    """
    if not steps:
        return None
    draft = cohort if cohort and not cohort.opened_at else None
    clashes = clashes_of([step.then for step in steps], without=without, draft=draft)
    rows = tuple(
        PreviewRow(step.label, step.now, step.then.starts_at, step.then.ends_at, hits)
        for step, hits in zip(steps, clashes, strict=True)
    )
    days = [timezone.localdate(row.starts_at) for row in rows]
    beyond = cohort is not None and not (
        cohort.starts_on <= min(days) and max(days) <= cohort.ends_on
    )
    facts = [
        [
            step.key,
            row.starts_at.timestamp(),
            row.ends_at.timestamp(),
            step.then.venue_id,
            sorted(step.then.teachers),
            [[hit.kind, hit.what, hit.where] for hit in row.clashes],
        ]
        for step, row in zip(steps, rows, strict=True)
    ]
    digest = hashlib.sha256(canonical([facts, beyond])).hexdigest()
    return Preview(rows, tuple(skipped), min(days), max(days), beyond, digest)
