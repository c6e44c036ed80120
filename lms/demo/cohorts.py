"""The demo's eight cohorts: applications, seats, three months of sessions, laid round a day."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from curriculum.models import Course
from lms.accounts.models import User
from lms.cohorts import services
from lms.cohorts.choices import Mode, StaffFunction
from lms.cohorts.models import ClassSession, Cohort, Enrolment, ManagerAssignment
from lms.demo.applications import send_applications, write_form
from lms.demo.clock import moment
from lms.demo.people import People
from lms.demo.rooms import demo_rooms

PLACE = "Casa Cohub, via dei Cortili 12, Milano (indirizzo inventato)"
COMING = "MC-CODESIGN-2026-3"  # the one whose applications are open before it begins
MINUTES, BREAK = 120, 10  # twelve evenings of two hours are the 24 hours of a course


@dataclass(frozen=True)
class Plan:
    """One cohort: weeks from the demo's day to its first session, and who is in it."""

    code: str
    course: str
    weeks: int
    days: int  # shift of the weekday
    learners: slice
    seats: int = 20
    hybrid_every: int = 4
    late_applications: bool = False


PLANS = [
    Plan("MC-CODESIGN-2026-1", "MC-CODESIGN", -19, 0, slice(18, 34)),
    Plan("MC-CODESIGN-2026-2", "MC-CODESIGN", -6, 0, slice(0, 18), hybrid_every=3),
    Plan(COMING, "MC-CODESIGN", 7, 1, slice(47, 50), late_applications=True),
    Plan("MC-COMMUNITY-2026-2", "MC-COMMUNITY", -4, 2, slice(34, 46), seats=15),
    Plan("MC-FUNDRAISING-2026-2", "MC-FUNDRAISING", -8, 3, slice(38, 49)),
    Plan(
        "MC-MARKETING-2026-2",
        "MC-MARKETING",
        -2,
        4,
        slice(18, 30),
        seats=15,
        late_applications=True,
    ),
    Plan("MC-CRM-2026-2", "MC-CRM", -7, -1, slice(26, 36)),
    # Over for more than a year: in the archive.
    Plan("MC-COMMUNITY-2025-1", "MC-COMMUNITY", -72, 2, slice(46, 49), seats=15),
]
MOTIVATIONS = [
    "Lavoro in una cooperativa e vorrei che i servizi nascessero con chi li userà, non dopo.",
    "Sto aprendo una portineria di quartiere con altre due persone: mi servono metodo e compagnia.",
    "Nel mio ufficio pubblico si parla di co-progettazione: voglio imparare a farla davvero.",
    "Finita l’università, cerco un mestiere che tenga insieme le persone e i conti.",
    "Faccio volontariato da anni: è ora di dare al nostro gruppo strumenti che durino.",
]


@dataclass
class Opened:
    plan: Plan
    cohort: Cohort
    teacher: User
    enrolments: list[Enrolment]
    sessions: list[ClassSession]


def create_cohort(
    plan: Plan, course: Course, people: People, today: date, random: Random
) -> Opened:
    """Open one cohort, let people apply and be admitted, plan its twelve evenings."""
    first = today + timedelta(weeks=plan.weeks, days=plan.days)
    last = first + timedelta(weeks=11)
    closes = first - timedelta(days=7)
    if plan.late_applications:
        closes = max(closes, today + timedelta(days=20))
    cohort = Cohort.objects.create(
        code=plan.code,
        course=course,
        seats=plan.seats,
        mode=Mode.HYBRID,
        place=PLACE,
        project_code="COHUB-DEMO",
        applications_open_on=first - timedelta(days=60),
        applications_close_on=closes,
        starts_on=first,
        ends_on=last + timedelta(days=14),
        attendance_threshold=course.attendance_threshold,
    )
    teacher = people.instructors[plan.course]
    by = people.administrator
    opened_at = moment(first - timedelta(days=70), 10)
    cohort = services.open_cohort(cohort=cohort, by=by, at=opened_at)
    _staff(cohort, teacher, people)
    if plan.code == COMING:
        write_form(cohort, people)
    enrolments = [
        _join(cohort, user, people, first, today, random) for user in people.learners[plan.learners]
    ]
    _more_applications(cohort, plan, people, today, random)
    sessions = _sessions(cohort, plan, teacher, first, today)
    return Opened(plan, cohort, teacher, enrolments, sessions)


def _staff(cohort: Cohort, teacher: User, people: People) -> None:
    by = people.administrator
    for user, function in [
        (teacher, StaffFunction.TEACHER),
        (people.coordinator, StaffFunction.COORDINATOR),
    ]:
        services.assign_staff(cohort=cohort, user=user, function=function, by=by)
    ManagerAssignment.objects.create(user=people.manager, cohort=cohort)


def _join(
    cohort: Cohort, user: User, people: People, first: date, today: date, random: Random
) -> Enrolment:
    day = first - timedelta(days=random.randint(15, 55))
    # Whoever is admitted to the coming cohort applied before today, too.
    applied = moment(min(day, today - timedelta(days=7)), random.randint(8, 22))
    organisation = random.choice([*people.organisations, None, None])
    application = services.apply(
        cohort=cohort,
        user=user,
        motivation=random.choice(MOTIVATIONS),
        organisation=organisation,
        at=applied,
    )
    return services.admit(
        application=application, by=people.administrator, at=applied + timedelta(days=6)
    )


def _more_applications(
    cohort: Cohort, plan: Plan, people: People, today: date, random: Random
) -> None:
    """Someone is declined in the finished cohort; someone waits for an answer in the coming one."""
    start = cohort.starts_on
    if plan.code == "MC-CODESIGN-2026-1":
        application = services.apply(
            cohort=cohort,
            user=people.learners[45],
            motivation=random.choice(MOTIVATIONS),
            at=moment(start - timedelta(days=9), 21),
        )
        services.decline(
            application=application,
            by=people.administrator,
            reason="Le domande erano più dei posti: ti aspettiamo alla prossima edizione.",
            at=moment(start - timedelta(days=5), 12),
        )
    if plan.code == COMING:
        send_applications(cohort, people, today, random)


def _sessions(
    cohort: Cohort, plan: Plan, teacher: User, first: date, today: date
) -> list[ClassSession]:
    """Every third or fourth evening is hybrid, and whichever falls on the demo's day."""
    rooms = demo_rooms()
    modules = [module for module in cohort.modules.all() for _ in range(module.minutes // MINUTES)]
    sessions = []
    for number, module in enumerate(modules):
        day = first + timedelta(weeks=number)
        starts = moment(day, 18)
        middle = starts + timedelta(minutes=60)
        hybrid = (number + 1) % plan.hybrid_every == 0 or day == today
        sessions.append(
            services.schedule_session(
                cohort=cohort,
                starts_at=starts,
                ends_at=starts + timedelta(minutes=MINUTES + BREAK),
                breaks=[(middle, middle + timedelta(minutes=BREAK))],
                module=module,
                mode=Mode.HYBRID if hybrid else Mode.HOUSE,
                venue=rooms[number % 2],
                link=f"https://incontri.cohub.example/{plan.code.lower()}" if hybrid else "",
                teachers=[teacher],
                by=None,
            )
        )
    return sessions
