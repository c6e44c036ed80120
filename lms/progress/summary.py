"""How far learners have come in their syllabus: reading and counting, nothing is written."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Sum

from lms.cohorts.models import Cohort, Enrolment, PinChange, SyllabusLesson, SyllabusModule
from lms.cohorts.outline import LessonEntry, Syllabus
from lms.cohorts.rules import Closed, modules_closed_to
from lms.core.registries import ModuleStanding, QuizLedger
from lms.progress.models import LessonProgress


@dataclass(frozen=True, slots=True)
class ModuleProgress:
    """Lessons done and in all, of one module."""

    module: SyllabusModule
    done: int
    total: int

    @property
    def complete(self) -> bool:
        return self.total > 0 and self.done == self.total


@dataclass(frozen=True, slots=True)
class Erratum:
    """A lesson that was corrected after the learner had read it; the reason is in `language`."""

    entry: LessonEntry
    at: datetime
    reason: str
    language: str


@dataclass(frozen=True, slots=True)
class ProgressSummary:
    """One learner in one cohort; counts are of lessons.

    `resume` is the lesson to go on with, None when all is done; `position` is where it was left, in
    thousandths; `completed` gives the moment by the id of the syllabus lesson; `lessons` are all of them in
    teaching order, with their modules; `opened` gives when each was opened last, `seen` the seconds that each was
    seen; `closed` tells by module id why some cannot be read yet.
    """

    done: int
    total: int
    required_done: int
    required_total: int
    modules: tuple[ModuleProgress, ...]
    resume: SyllabusLesson | None
    position: int
    completed: dict[int, datetime]
    last_opened_at: datetime | None
    lessons: tuple[SyllabusLesson, ...] = ()
    opened: dict[int, datetime] = field(default_factory=dict, compare=False)
    seen: dict[int, int] = field(default_factory=dict, compare=False)
    closed: dict[int, Closed] = field(default_factory=dict, compare=False)

    @property
    def required_complete(self) -> bool:
        return self.required_total > 0 and self.required_done == self.required_total

    @property
    def seen_minutes(self) -> int:
        """Whole minutes that lessons were seen, cut."""
        return sum(self.seen.values()) // 60

    @property
    def waiting(self) -> Closed | None:
        """The first module that is to be waited for."""
        return next(iter(self.closed.values()), None)

    @property
    def started(self) -> bool:
        return self.last_opened_at is not None

    @property
    def percent(self) -> int:
        """Whole percent of all lessons, cut."""
        return self.done * 100 // self.total if self.total else 0


def progress_of_cohort(cohort: Cohort) -> dict[int, ProgressSummary]:
    """{enrolment id: summary} of every enrolment, withdrawn ones too; 3 queries whatever the size."""
    return progress_of_enrolments(Enrolment.objects.filter(cohort=cohort))


def progress_of(enrolment: Enrolment) -> ProgressSummary:
    """One learner's summary: 2 queries, and what `modules_closed_to` asks."""
    return progress_of_enrolments([enrolment])[enrolment.pk]


def progress_of_enrolments(
    enrolments: Iterable[Enrolment], quizzes: QuizLedger | None = None
) -> dict[int, ProgressSummary]:
    """{enrolment id: summary}, of any cohorts: 2 queries beside reading the enrolments themselves; where modules wait
    for something, also what `modules_closed_to` asks (1, 4 with quizzes that are not given as `quizzes`).
    """
    enrolments = list(enrolments)
    lessons: dict[int, list[SyllabusLesson]] = {}
    rows = SyllabusLesson.objects.filter(cohort__in={e.cohort_id for e in enrolments})
    for lesson in rows.select_related("module").order_by("module__position", "position"):
        lessons.setdefault(lesson.cohort_id, []).append(lesson)
    ledger: dict[int, list[LessonProgress]] = {}
    for row in LessonProgress.objects.filter(enrolment__in=enrolments):
        ledger.setdefault(row.enrolment_id, []).append(row)
    cohorts = {e.pk: e.cohort_id for e in enrolments}
    closed = modules_closed_to(
        enrolments,
        {cohort: modules_of(group) for cohort, group in lessons.items()},
        lambda pk: standing(lessons.get(cohorts[pk], []), ledger.get(pk, [])),
        quizzes=quizzes,
    )
    return {
        e.pk: summarise(lessons.get(e.cohort_id, []), ledger.get(e.pk, []), closed.get(e.pk, {}))
        for e in enrolments
    }


def modules_of(lessons: Iterable[SyllabusLesson]) -> list[SyllabusModule]:
    """Each module of lessons that are in teaching order, once."""
    return list({lesson.module_id: lesson.module for lesson in lessons}.values())


def standing(lessons: Iterable[SyllabusLesson], rows: Iterable[LessonProgress]) -> ModuleStanding:
    """The modules whose required lessons are all done, and those in which a lesson was opened; no query."""
    rows = list(rows)
    done = {row.lesson_id for row in rows if row.completed_at}
    opened = {row.lesson_id for row in rows}
    lessons = list(lessons)
    lacking = {row.module_id for row in lessons if row.required and row.pk not in done}
    return ModuleStanding(
        passed=frozenset({lesson.module_id for lesson in lessons} - lacking),
        begun=frozenset(lesson.module_id for lesson in lessons if lesson.pk in opened),
    )


def module_standings(enrolments: Iterable[Enrolment]) -> dict[int, ModuleStanding]:
    """{enrolment id: standing}, for `registries.module_standings`; 2 queries."""
    enrolments = list(enrolments)
    lessons: dict[int, list[SyllabusLesson]] = {}
    for lesson in SyllabusLesson.objects.filter(cohort__in={e.cohort_id for e in enrolments}):
        lessons.setdefault(lesson.cohort_id, []).append(lesson)
    ledger: dict[int, list[LessonProgress]] = {}
    for row in LessonProgress.objects.filter(enrolment__in=enrolments):
        ledger.setdefault(row.enrolment_id, []).append(row)
    return {e.pk: standing(lessons.get(e.cohort_id, []), ledger.get(e.pk, [])) for e in enrolments}


def closed_modules(
    enrolment: Enrolment, lessons: list[SyllabusLesson], rows: Iterable[LessonProgress]
) -> dict[int, Closed]:
    """{module id: why it is closed} of a learner whose lessons, with modules in order, and progress were read."""
    found = modules_closed_to(
        [enrolment], {enrolment.cohort_id: modules_of(lessons)}, lambda _pk: standing(lessons, rows)
    )
    return found.get(enrolment.pk, {})


def seen_minutes_of_cohort(cohort: Cohort) -> dict[int, int]:
    """{enrolment id: whole minutes that its lessons were seen}; one query. Asynchronous minutes, credited nowhere."""
    rows = (
        LessonProgress.objects.filter(enrolment__cohort=cohort)
        .values_list("enrolment")
        .annotate(seconds=Sum("seen_seconds"))
    )
    return {pk: seconds // 60 for pk, seconds in rows}


def summarise(
    lessons: list[SyllabusLesson],
    rows: list[LessonProgress],
    closed: dict[int, Closed] | None = None,
) -> ProgressSummary:
    """`lessons` in teaching order, `rows` of one enrolment in any order; no query."""
    closed = closed or {}
    completed = {row.lesson_id: row.completed_at for row in rows if row.completed_at}
    modules: dict[int, list[SyllabusLesson]] = {}
    for lesson in lessons:
        modules.setdefault(lesson.module_id, []).append(lesson)
    latest = max(rows, key=lambda row: row.last_opened_at, default=None)
    readable = [lesson for lesson in lessons if lesson.module_id not in closed]
    resume = _resume(readable, completed, latest)
    return ProgressSummary(
        done=sum(lesson.pk in completed for lesson in lessons),
        total=len(lessons),
        required_done=sum(lesson.required and lesson.pk in completed for lesson in lessons),
        required_total=sum(lesson.required for lesson in lessons),
        modules=tuple(
            ModuleProgress(
                module=group[0].module,
                done=sum(lesson.pk in completed for lesson in group),
                total=len(group),
            )
            for group in modules.values()
        ),
        resume=resume,
        position=next((row.position for row in rows if resume and row.lesson_id == resume.pk), 0),
        completed=completed,
        last_opened_at=latest.last_opened_at if latest else None,
        lessons=tuple(lessons),
        opened={row.lesson_id: row.last_opened_at for row in rows},
        seen={row.lesson_id: row.seen_seconds for row in rows if row.seen_seconds},
        closed=closed,
    )


def errata_to_read(
    errata: Iterable[PinChange], syllabus: Syllabus, opened: Mapping[int, datetime]
) -> dict[int, Erratum]:
    """By syllabus lesson: the newest erratum since the learner opened it last, in the language they read.

    `opened` gives that moment by syllabus lesson. A lesson never opened is read as it is now: it has none.
    """
    entries = {entry.id: entry for entry in syllabus.lessons}
    found: dict[int, Erratum] = {}
    for change in errata:
        pk, language = change.pin.syllabus_lesson_id, change.pin.locale.language_code[:2]
        entry, seen = entries.get(pk), opened.get(pk)
        if entry and seen and entry.language == language and change.version.at > seen:
            found.setdefault(pk, Erratum(entry, change.version.at, change.reason, language))
    return found


def _resume(
    lessons: list[SyllabusLesson],
    completed: dict[int, datetime],
    latest: LessonProgress | None,
) -> SyllabusLesson | None:
    """The lesson touched last if it is not done, else the next not done after it, else the first."""
    start = next(
        (place for place, lesson in enumerate(lessons) if latest and lesson.pk == latest.lesson_id),
        0,
    )
    return next(
        (lesson for lesson in lessons[start:] + lessons[:start] if lesson.pk not in completed), None
    )
