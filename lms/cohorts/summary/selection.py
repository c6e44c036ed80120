"""How far the reading of a cohort's applications is: who reads what, what is missing, what readers may see."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from lms.accounts.models import User
from lms.cohorts.choices import APPLIED, ApplicationStatus
from lms.cohorts.models import (
    Application,
    ApplicationFile,
    Cohort,
    Criterion,
    Reader,
    Reading,
    Selection,
)
from lms.cohorts.models.selection import READINGS
from lms.cohorts.summary.answers import answered
from lms.cohorts.summary.ranking import far_apart, total
from lms.core.attachments import EXTENSIONS

MASK = "▮▮▮"
# Of the application form what says who somebody is or what they ask for besides; the motivation is told apart.
STANDARD_PARTS = ("motivation", "cv", "organisation_name", "pool", "bursary", "bursary_reason")
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


def selection_of(cohort: Cohort) -> Selection:
    """The cohort's rules of selection; where nobody has set any, those that hold by default (not saved)."""
    return Selection.objects.filter(cohort=cohort).first() or Selection(cohort=cohort)


@dataclass(frozen=True, slots=True)
class ReadingState:
    """The readings of one application. `totals` of those handed in, by place; `missing`: places without a reader."""

    application: Application
    readings: tuple[Reading, ...]
    totals: dict[int, int]
    missing: tuple[int, ...]
    third: bool  # a third reading is asked for

    @property
    def complete(self) -> bool:
        return len(self.totals) == (READINGS + 1 if self.third else READINGS)

    @property
    def done(self) -> int:
        return len(self.totals)

    @property
    def wanted(self) -> int:
        return READINGS + 1 if self.third else READINGS


def points_of(reading: Reading, criteria: Sequence[Criterion]) -> tuple[int | None, ...]:
    """The points in the order of the rubric; needs `scores` prefetched."""
    given = {score.criterion_id: score.points for score in reading.scores.all()}
    return tuple(given.get(criterion.pk) for criterion in criteria)


def total_of(reading: Reading, criteria: Sequence[Criterion]) -> int:
    """The weighted total of a reading; what has no points counts 0. Needs `scores` prefetched."""
    points = [point or 0 for point in points_of(reading, criteria)]
    return total(points, [criterion.weight for criterion in criteria])


def highest_total(criteria: Iterable[Criterion]) -> int:
    return sum(criterion.highest * criterion.weight for criterion in criteria)


def reading_state(
    application: Application, criteria: Sequence[Criterion], *, third_over: int
) -> ReadingState:
    """Needs `readings` (the live ones, with their scores) prefetched as `live_readings`."""
    readings = tuple(sorted(application.live_readings, key=lambda row: row.place))  # type: ignore[attr-defined]
    totals = {row.place: total_of(row, criteria) for row in readings if row.submitted_at}
    third = any(row.place > READINGS for row in readings) or (
        {1, 2} <= set(totals)
        and far_apart(totals[1], totals[2], highest=highest_total(criteria), over=third_over)
    )
    wanted = range(1, READINGS + 2 if third else READINGS + 1)
    taken = {row.place for row in readings}
    missing = tuple(place for place in wanted if place not in taken)
    return ReadingState(application, readings, totals, missing, third)


def with_readings(applications):
    """A QuerySet of applications, each with `live_readings` and their scores; 2 queries more."""
    live = Reading.objects.live().select_related("reader__user").prefetch_related("scores")
    return applications.prefetch_related(Prefetch("readings", live, to_attr="live_readings"))


def reading_states(cohort: Cohort, *, statuses: Iterable[str] | None = None) -> list[ReadingState]:
    """One for each application with one of these statuses (default: those waiting for a decision); 5 queries."""
    criteria = list(cohort.criteria.all())
    over = selection_of(cohort).third_over
    rows = cohort.applications.filter(
        status__in=list(statuses or [ApplicationStatus.SUBMITTED])
    ).select_related("user", "pool", "dossier")
    return [reading_state(row, criteria, third_over=over) for row in with_readings(rows)]


@dataclass(frozen=True, slots=True)
class ReaderLoad:
    reader: Reader
    given: int
    done: int
    applicant: bool  # has applied to this cohort since: reads nothing

    @property
    def left(self) -> int:
        return self.given - self.done


def reader_loads(cohort: Cohort) -> list[ReaderLoad]:
    """How much each reader of a cohort has to read and has read; 3 queries."""
    counts: dict[int, list[int]] = {}
    live = Reading.objects.live().filter(application__cohort=cohort)
    for reader, submitted in live.values_list("reader_id", "submitted_at"):
        count = counts.setdefault(reader, [0, 0])
        count[0] += 1
        count[1] += submitted is not None
    applicants = set(
        cohort.applications.filter(status__in=APPLIED).values_list("user_id", flat=True)
    )
    return [
        ReaderLoad(
            reader=row,
            given=counts.get(row.pk, [0, 0])[0],
            done=counts.get(row.pk, [0, 0])[1],
            applicant=row.user_id in applicants,
        )
        for row in cohort.readers.select_related("user")
    ]


# --- What a reader sees ----------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class BlindFile:
    """A file of an application: its place in the list is its name."""

    number: int
    dossier: int
    row: ApplicationFile

    @property
    def label(self) -> str:
        return self.row.question.label if self.row.question else _("Curriculum vitae")

    @property
    def name(self) -> str:
        extension = EXTENSIONS.get(self.row.content_type, "bin")
        return f"candidatura-{self.dossier}-{self.number}.{extension}"


@dataclass(frozen=True, slots=True)
class BlindApplication:
    """An application without its person: no name, address, organisation, seats asked for, bursary or file name."""

    number: int
    motivation: str
    answers: tuple[tuple[str, str], ...] = ()
    files: tuple[BlindFile, ...] = ()

    @property
    def masked(self) -> bool:
        return any(MASK in text for text in (self.motivation, *(row[1] for row in self.answers)))


def blind(text: str, application: Application) -> str:
    """The text with the person's own names, organisation and every e-mail address masked.

    A first name alone stays: too many are also words. Needs `user` and `organisation`.
    """
    user: User = application.user
    names = {
        user.get_full_name(),
        f"{user.last_name} {user.first_name}".strip(),
        user.last_name,
        application.organisation_name,
        application.organisation.name if application.organisation else "",
    }
    text = _ADDRESS.sub(MASK, text)
    for name in sorted((name for name in names if len(name) > 1), key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", MASK, text, flags=re.IGNORECASE)
    return text


def blind_application(application: Application, *, files: bool) -> BlindApplication:
    """What readers get of an application; `files` as the cohort's rules say. Needs `dossier`, `user`, `organisation`."""
    return BlindApplication(
        number=application.dossier.number,
        motivation=blind(application.motivation, application),
        answers=tuple(
            (row.label, blind("\n".join(row.lines), application))
            for row in answered(application)
            if row.name not in STANDARD_PARTS and row.lines
        ),
        files=tuple(blind_files(application)) if files else (),
    )


def blind_files(application: Application) -> list[BlindFile]:
    """The application's files under neutral names; 1 query. Needs `dossier`."""
    rows = application.files.select_related("question").order_by("pk")
    return [
        BlindFile(number, application.dossier.number, row) for number, row in enumerate(rows, 1)
    ]


@dataclass(frozen=True, slots=True)
class ScoreRow:
    criterion: Criterion
    points: int | None
    comment: str

    @property
    def level(self) -> str:
        titles = self.criterion.level_titles
        return titles[self.points] if self.points is not None and self.points < len(titles) else ""


@dataclass(frozen=True, slots=True)
class OtherReading:
    """What another reader gave, without saying who; `rows` in the order of the rubric."""

    place: int
    total: int
    rows: tuple[ScoreRow, ...]
    comment: str


def other_readings(reading: Reading, criteria: Sequence[Criterion]) -> list[OtherReading]:
    """The others' readings, once one's own and at least the first two are in; before that none at all."""
    if reading.submitted_at is None:
        return []
    rows = list(
        Reading.objects.submitted()
        .filter(application_id=reading.application_id)
        .prefetch_related("scores")
    )
    if len(rows) < READINGS:
        return []
    return [
        OtherReading(
            row.place,
            total_of(row, criteria),
            rows_of(row, criteria),
            row.comment,
        )
        for row in rows
        if row.pk != reading.pk
    ]


def rows_of(reading: Reading, criteria: Sequence[Criterion]) -> tuple[ScoreRow, ...]:
    """What a reading says on each criterion; needs `scores` prefetched."""
    given = {score.criterion_id: score for score in reading.scores.all()}
    return tuple(
        ScoreRow(row, given[row.pk].points, given[row.pk].comment)
        for row in criteria
        if row.pk in given
    )
