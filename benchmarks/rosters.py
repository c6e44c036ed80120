"""A roster of 1,000 and of 10,000 lines: received, judged, brought in; and the list of 10,000 enrolments.

Each size in a process of its own, so that its peak of memory is its own. Lines are invented; a tenth of the
people have an account already. Mails are queued, not sent.
"""

import os
import resource
import subprocess
import sys
import time
from datetime import timedelta
from io import StringIO
from pathlib import Path

from benchmarks.bench import Bench, Figure, counted

SIZES = (1_000, 10_000)
ROOT = Path(__file__).resolve().parent.parent
NAMES = ("D'Amico-Šćepanović", "O’Neill", "李娜", "Bellandi")


def run(bench: Bench) -> None:
    for size in SIZES:
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.rosters", str(size)],
            stdout=subprocess.PIPE, text=True, env=os.environ, cwd=ROOT, check=False,
        )  # fmt: skip
        if done.returncode:
            raise SystemExit(done.returncode)
        for line in done.stdout.splitlines():
            if line.count("\t") == 4:
                name, cpu, wall, queries, note = line.split("\t")
                bench.figures.append(Figure(name, float(cpu), float(wall), int(queries), note))


def content_of(size: int) -> bytes:
    text = StringIO()
    text.write("cognome;nome;email;lingua\r\n")
    for number in range(size):
        last = NAMES[number % len(NAMES)]
        text.write(f"{last};Persona {number};banco{number}@esempio.it;it\r\n")
    return text.getvalue().encode("utf-8-sig")


def measured(name: str, call):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    cpu, wall = time.process_time(), time.perf_counter()
    with counted() as queries:
        result = call()
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    note = f"peak {peak / 1024:.0f} MB (+{(peak - before) / 1024:.0f})"
    print(name, f"{cpu * 1000:.1f}", f"{wall * 1000:.1f}", len(queries), note, sep="\t")
    return result


def measure(size: int) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.test import Client
    from django.utils import timezone

    from curriculum.models import Course
    from lms.accounts.choices import Role
    from lms.accounts.models import User
    from lms.cohorts import services
    from lms.cohorts.models import Cohort, RosterImport

    today = timezone.localdate()
    course = Course.objects.filter(locale__language_code="it").order_by("pk").first()
    administrator = User.objects.filter(groups__name=Role.ADMINISTRATOR).first()
    cohort = Cohort.objects.create(
        code=f"MC-BANCO-{size}", course=course, seats=min(size + 10, 32_000),
        applications_open_on=today, applications_close_on=today,
        starts_on=today, ends_on=today + timedelta(days=90),
    )  # fmt: skip
    cohort = services.open_cohort(cohort=cohort, by=administrator)
    User.objects.filter(email__startswith="banco").delete()
    User.objects.bulk_create(
        User(email=f"banco{number}@esempio.it", first_name="Nota", password="!")
        for number in range(0, size, 10)
    )
    file = SimpleUploadedFile("banco.csv", content_of(size))
    # Where tasks run at once (`TASKS`), receiving judges too: here each step is measured by itself.
    row = services.receive_roster(cohort=cohort, file=file, by=administrator)
    RosterImport.objects.filter(pk=row.pk).update(status="reading")
    row = measured(f"judge {size} lines", lambda: services.read_roster(roster_id=row.pk))
    if row.counts.get("error"):
        raise SystemExit(f"the benchmark's own lines are wrong: {row.counts} {row.fault}")
    services.commit_roster(roster=row, sha256=row.sha256, by=administrator)
    done = measured(f"bring in {size} people", lambda: services.run_commit(roster_id=row.pk))
    if cohort.enrolments.count() != size:
        raise SystemExit(f"{cohort.enrolments.count()} enrolled: {done.status} {done.job.error}")
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(administrator)
    for name, query in [
        ("first page", ""), ("last page", f"?page={size // 50}"), ("search", "?q=persona+77"),
        ("unpaid alone", "?quota=unset"),
    ]:  # fmt: skip
        address = f"/admin/edizioni/{cohort.pk}/iscrizioni/{query}"
        client.get(address)
        response = measured(f"list of {size}, {name}", lambda at=address: client.get(at))
        if response.status_code != 200:
            raise SystemExit(f"{address} answered {response.status_code}")
    address = f"/admin/edizioni/{cohort.pk}/iscrizioni.csv"
    measured(f"CSV of {size}", lambda: sum(map(len, client.get(address).streaming_content)))


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings.dev")
    django.setup()
    measure(int(sys.argv[1]))
