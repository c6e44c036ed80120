"""The clock: starts the work that falls due, from `registries.due_work` and Wagtail's own."""

import logging
import signal
import threading
import time

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import close_old_connections

from lms.core.registries import DueWork, registries

logger = logging.getLogger(__name__)

DAY = 24 * 60 * 60
TASK_RESULTS_KEPT_DAYS = 30


def publish_scheduled() -> None:
    call_command("publish_scheduled", verbosity=0)


def prune_task_results() -> None:
    call_command(
        "prune_db_task_results",
        queue_name="*",
        min_age_days=TASK_RESULTS_KEPT_DAYS,
        failed_min_age_days=TASK_RESULTS_KEPT_DAYS * 3,
        verbosity=0,
    )


def clear_sessions() -> None:
    call_command("clearsessions", verbosity=0)


def due_work() -> list[DueWork]:
    """The packages' work and that of the libraries; each may run twice with the same result."""
    return [
        DueWork("wagtail.publish_scheduled", 60, publish_scheduled),
        DueWork("tasks.prune_results", DAY, prune_task_results),
        DueWork("sessions.clear", DAY, clear_sessions),
        *registries.due_work.values(),
    ]


def run_work(work: DueWork) -> bool:
    """Run one piece of work; a failure is logged and stops nothing else. True if it went well."""
    try:
        work.run()
    except Exception:
        logger.exception("The clock's work %s failed", work.name)
        return False
    return True


class Command(BaseCommand):
    help = "Start due work (scheduled publishing, retries, warnings, expiries) until SIGTERM."

    def add_arguments(self, parser):
        parser.add_argument("--once", action="store_true", help="run everything once and end")

    def handle(self, *, once, **options):
        works = due_work()
        if once:
            failed = [work.name for work in works if not run_work(work)]
            if failed:
                self.stderr.write(f"Failed: {', '.join(failed)}")
                raise SystemExit(1)
            return
        stop = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            # Work that has begun is finished; nothing new is begun.
            signal.signal(number, lambda *_: stop.set())
        due = {work.name: 0.0 for work in works}
        while not stop.is_set():
            for work in works:
                if stop.is_set():
                    break
                if time.monotonic() >= due[work.name]:
                    close_old_connections()  # one that broke while we waited
                    run_work(work)
                    close_old_connections()
                    due[work.name] = time.monotonic() + work.every
            stop.wait(max(0.0, min(1.0, min(due.values()) - time.monotonic())))
