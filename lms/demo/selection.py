"""The demo's selections: one that is being read, and one that is decided, with a line and an offer open."""

from datetime import date, timedelta
from random import Random

from curriculum.models import Course
from lms.accounts.models import User
from lms.cohorts import services
from lms.cohorts.choices import Mode, StaffFunction
from lms.cohorts.models import Application, Cohort, Reading
from lms.cohorts.summary.decisions import proposed
from lms.demo.clock import moment
from lms.demo.cohorts import MOTIVATIONS, PLACE
from lms.demo.people import People

CODE = "MC-COMMUNITY-2026-3"
SEATS, SEED = 8, 7
# Italian and English title, weight, and what 0, 1, 2, 3 points mean.
RUBRIC = [
    (
        ("Motivazione", "Motivation"), 3,
        [
            ("non si capisce perché questo corso", "it is not clear why this course"),
            ("generica", "general"),
            ("legata a qualcosa di concreto", "tied to something concrete"),
            ("concreta, e si capisce che cosa cambierà", "concrete, and one sees what will change"),
        ],
    ),
    (
        ("Esperienza con gli altri", "Experience with others"), 2,
        [
            ("nessuna", "none"),
            ("occasionale", "occasional"),
            ("continua, in un gruppo", "steady, in a group"),
            ("ha avviato o tenuto insieme un gruppo", "has started a group or kept one together"),
        ],
    ),
    (
        ("Che cosa farà dopo", "What comes after"), 2,
        [
            ("non lo dice", "does not say"),
            ("un’idea", "an idea"),
            ("un progetto con altre persone", "a project with other people"),
            ("un progetto già cominciato", "a project under way"),
        ],
    ),
]  # fmt: skip
COMMENTS = [
    "Parla di persone e luoghi precisi.",
    "L’idea è buona; manca chi la porterà avanti.",
    "Chiara e sincera, un po’ breve.",
    "",
]


def write_rubric(cohort: Cohort, readers: list[User], by: User) -> None:
    for (italian, english), weight, levels in RUBRIC:
        services.save_criterion(
            cohort=cohort,
            titles={"it": italian, "en": english},
            weight=weight,
            levels=[{"it": one, "en": other} for one, other in levels],
            by=by,
        )
    for user in readers:
        services.add_reader(cohort=cohort, user=user, by=by)


def read_some_applications(cohort: Cohort, people: People, today: date) -> None:
    """Of those waiting: half are read by two, one by one person, the others by nobody yet."""
    readers = [people.committee, people.coordinator, people.instructors["MC-CRM"]]
    write_rubric(cohort, readers, people.administrator)
    services.assign_readers(
        cohort=cohort, by=people.administrator, seed=SEED, at=moment(today - timedelta(days=1), 9)
    )
    rows = list(
        Reading.objects.filter(application__cohort=cohort).order_by("application__dossier__number", "place")
    )  # fmt: skip
    half = len(rows) // 2 + 1
    for number, row in enumerate(rows[:half]):
        at = moment(today - timedelta(days=1), 10 + number % 8)
        _hand_in(row, [2, 1 + number % 3, 2], COMMENTS[number % 4], at)


def create_decided_cohort(course: Course, people: People, today: date) -> Cohort:
    """Twelve applications for eight seats: read, ranked, decided; one leaves, and their seat is offered."""
    by, first = people.administrator, today + timedelta(days=28)
    cohort = Cohort.objects.create(
        code=CODE, course=course, seats=SEATS, mode=Mode.HYBRID, place=PLACE,
        project_code="COHUB-DEMO", starts_on=first, ends_on=first + timedelta(weeks=13),
        applications_open_on=today - timedelta(days=40),
        applications_close_on=today - timedelta(days=6),
        attendance_threshold=course.attendance_threshold,
    )  # fmt: skip
    cohort = services.open_cohort(cohort=cohort, by=by, at=moment(today - timedelta(days=45), 10))
    teacher = people.instructors["MC-COMMUNITY"]
    services.assign_staff(cohort=cohort, user=teacher, function=StaffFunction.TEACHER, by=by)
    rows = _apply(
        cohort, [*people.learners[18:26], *people.learners[0:2], *people.learners[26:28]], today
    )
    readers = [people.committee, people.coordinator, people.instructors["MC-CODESIGN"]]
    write_rubric(cohort, readers, by)
    services.assign_readers(
        cohort=cohort, by=by, seed=SEED, at=moment(today - timedelta(days=13), 9)
    )
    _read_all(cohort, rows, today)
    services.make_ranking(cohort=cohort, by=by, seed=SEED, at=moment(today - timedelta(days=5), 12))
    services.decide(
        cohort=cohort, outcomes=proposed(cohort, waiting=3), by=by,
        reason="Le domande erano più dei posti: ti aspettiamo alla prossima edizione.",
        at=moment(today - timedelta(days=4), 15),
    )  # fmt: skip
    # The seat of who leaves goes to the first in line: the demo's own learner.
    services.withdraw(
        enrolment=cohort.enrolments.order_by("seat").first(),
        on=today - timedelta(days=1),
        reason="Un nuovo lavoro, in un’altra città.",
        by=by,
        at=moment(today - timedelta(days=1), 18),
    )
    return cohort


def _apply(cohort: Cohort, learners: list[User], today: date) -> list[Application]:
    random = Random(f"{SEED}:{CODE}")
    return [
        services.apply(
            cohort=cohort,
            user=user,
            motivation=random.choice(MOTIVATIONS),
            at=moment(today - timedelta(days=30 - number), 9 + number % 10),
        )
        for number, user in enumerate(learners)
    ]


def _read_all(cohort: Cohort, rows: list[Application], today: date) -> None:
    """The earlier in `rows`, the more points: who is where in the ranking is known beforehand."""
    for number, application in enumerate(rows):
        best = 3 if number < 4 else 2 if number < 8 else 1
        points = [best, min(3, best + (number % 4 == 0)), max(0, best - number % 2)]
        for row in application.readings.order_by("place"):
            at = moment(today - timedelta(days=12 - number % 5), 10 + row.place)
            _hand_in(row, points, COMMENTS[(number + row.place) % 4], at)


def _hand_in(row: Reading, points: list[int], comment: str, at) -> None:
    criteria = row.application.cohort.criteria.all()
    services.submit_reading(
        reading=row,
        scores={one.pk: (given, "") for one, given in zip(criteria, points, strict=True)},
        comment=comment,
        by=row.reader.user,
        at=at,
    )
