"""500 people ask for 20 seats at once: how many get one, what the others are told, how long it takes.

Half of the seats are kept for students. Every person is a thread with a connection of its own, as far as the database gives
so many; what was made is taken away again.
"""

import statistics
import threading
import time
from collections import Counter

from benchmarks.bench import Bench

PEOPLE, SEATS = 500, 20
CODE = "MC-BENCH-SEATS"


def run(bench: Bench) -> None:
    from django.db import connection

    cohort, people = _prepare()
    # What a server of ours does: so many processes and threads, the others wait in the line before it.
    workers = PEOPLE if connection.vendor == "sqlite" else _connections()
    try:
        began = time.perf_counter()
        results, waits = _race(cohort, people, workers)
        whole = time.perf_counter() - began
        outcomes = Counter(results)
        seats = sorted(cohort.enrolments.active().values_list("seat", flat=True))
        pools = Counter(cohort.enrolments.active().values_list("pool__kind", flat=True))
        waits.sort()
        print(f"\n{PEOPLE} people, {SEATS} seats, {workers} at a time")
        print(f"  enrolled            {outcomes['enrolled']}   ({dict(pools)})")
        print(f"  refused politely    {outcomes['seats_full'] + outcomes['pool_full']}")
        others = {key: n for key, n in outcomes.items() if key not in POLITE}
        print(f"  errors              {sum(others.values())}   {others or ''}")
        print(f"  seats given twice   {len(seats) - len(set(seats))}")
        print(
            f"  whole {whole:.2f} s; one person waits {statistics.median(waits) * 1000:.0f} ms, "
            f"95 of 100 at most {waits[int(len(waits) * 0.95)] * 1000:.0f} ms"
        )
        bench.measure("seats of a cohort by pool", lambda: _read(cohort))
    finally:
        _tidy(cohort, people)


POLITE = {"enrolled", "seats_full", "pool_full"}


def _read(cohort):
    from lms.cohorts.summary import seats_by_pool

    return seats_by_pool(cohort).free


def _connections() -> int:
    from django.conf import settings

    return settings.DATABASES["default"]["OPTIONS"]["pool"]["max_size"]


def _prepare():
    from lms.accounts.models import User
    from lms.cohorts.choices import PoolKind
    from lms.cohorts.models import Cohort
    from lms.cohorts.services import open_cohort, set_seats

    model = Cohort.objects.order_by("code").first()
    cohort = Cohort.objects.create(
        code=CODE,
        course=model.course,
        seats=SEATS,
        applications_open_on=model.applications_open_on,
        applications_close_on=model.applications_close_on,
        starts_on=model.starts_on,
        ends_on=model.ends_on,
    )
    open_cohort(cohort=cohort, by=None)
    cohort = set_seats(cohort=cohort, seats=SEATS, pools={PoolKind.STUDENTS: SEATS // 2}, by=None)
    people = User.objects.bulk_create(
        User(email=f"bench-{number}@cohub.example", password="!") for number in range(PEOPLE)
    )
    return cohort, people


def _race(cohort, people, workers: int) -> tuple[list[str], list[float]]:
    from django.db import connection

    from lms.cohorts.services import enrol
    from lms.core.errors import DomainError

    students = cohort.pools.get()
    results: list[str] = [""] * len(people)
    waits: list[float] = [0.0] * len(people)
    start = threading.Barrier(len(people))
    line = threading.Semaphore(workers)

    def ask(number: int) -> None:
        start.wait()
        began = time.perf_counter()
        with line:
            try:
                pool = students if number % 2 else None
                enrol(cohort=cohort, user=people[number], pool=pool, by=None)
                results[number] = "enrolled"
            except DomainError as refusal:
                results[number] = refusal.code
            except Exception as error:
                results[number] = repr(error)[:80]
            finally:
                connection.close()
        waits[number] = time.perf_counter() - began

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(len(people))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results, waits


def _tidy(cohort, people) -> None:
    from lms.accounts.models import User

    cohort.enrolments.all().delete()
    cohort.delete()
    User.objects.filter(pk__in=[person.pk for person in people]).delete()
