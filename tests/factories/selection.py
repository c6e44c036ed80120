"""A cohort with a rubric, readers, applications that are read or not, a waiting list; made through the services."""

from collections.abc import Sequence
from datetime import timedelta

from django.utils import timezone

from lms.cohorts import services
from lms.cohorts.choices import ApplicationStatus
from lms.cohorts.models import Application, Cohort, Reader, Reading
from tests.factories import cohorts, people

LEVELS = [
    {"it": "assente", "en": "absent"},
    {"it": "accennata", "en": "sketched"},
    {"it": "chiara", "en": "clear"},
    {"it": "convincente", "en": "convincing"},
]


def rubric(of: Cohort, weights: Sequence[int] = (2, 1)):
    """Criteria with four levels each (0 to 3 points)."""
    return [
        services.save_criterion(
            cohort=of,
            titles={"it": f"Criterio {number}", "en": f"Criterion {number}"},
            weight=weight,
            levels=LEVELS,
            by=None,
        )
        for number, weight in enumerate(weights, start=1)
    ]


def reader(of: Cohort, **fields) -> Reader:
    return services.add_reader(cohort=of, user=people.person(**fields), by=None)


def application(of: Cohort, user=None, **fields) -> Application:
    fields = {"motivation": "Una portineria di quartiere."} | fields
    return services.apply(cohort=of, user=user or people.person(), **fields)


def ready(
    code: str = "MC-PROVA-2026-1", *, applications: int = 2, readers: int = 2, **fields
) -> Cohort:
    """A cohort with a rubric, readers and applications that were given to them."""
    of = cohorts.cohort(code, **fields)
    rubric(of)
    for _number in range(readers):
        reader(of)
    start = timezone.now() - timedelta(days=1)
    for number in range(applications):
        application(of, at=start + timedelta(minutes=number))
    services.assign_readers(cohort=of, by=None, seed=7)
    return of


def scores(of: Cohort, *points: int) -> dict:
    """The same points on every criterion where one number is given, else one for each."""
    criteria = list(of.criteria.all())
    given = points if len(points) == len(criteria) else points[:1] * len(criteria)
    return {row.pk: (one, "") for row, one in zip(criteria, given, strict=True)}


def hand_in(row: Reading, *points: int, **fields) -> Reading:
    return services.submit_reading(
        reading=row,
        scores=scores(row.application.cohort, *points),
        comment="",
        by=row.reader.user,
        **fields,
    )


def read_all(of: Cohort, points: dict[int, Sequence[int]] | None = None) -> None:
    """Hand in every reading; `points` by application, else 2 on everything."""
    for row in Reading.objects.live().filter(application__cohort=of, submitted_at=None):
        hand_in(row, *(points or {}).get(row.application_id, [2]))


def wait(of: Cohort, *rows: Application, **fields) -> None:
    services.decide(
        cohort=of,
        outcomes=dict.fromkeys([row.pk for row in rows], ApplicationStatus.WAITLISTED),
        by=None,
        **fields,
    )


def full_with_line(
    code: str = "MC-PROVA-2026-1", *, seats: int = 1, waiting: int = 3, **fields
) -> tuple[Cohort, list[Application]]:
    """A full cohort and people in line, the first to apply first; starts in ten days."""
    today = timezone.localdate()
    fields = {
        "starts_on": today + timedelta(days=10),
        "ends_on": today + timedelta(days=80),
    } | fields
    of = cohorts.cohort(code, seats=seats, **fields)
    for _number in range(seats):
        cohorts.learner(of)
    start = timezone.now() - timedelta(days=1)
    rows = [application(of, at=start + timedelta(minutes=number)) for number in range(waiting)]
    if rows:
        wait(of, *rows)
    for row in rows:
        row.refresh_from_db()
    return of, rows
