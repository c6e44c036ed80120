from datetime import date

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from lms.core.errors import DomainError
from lms.demo.services import create_demo, forget_index_tasks


class Command(BaseCommand):
    help = (
        "Make the demo: people, hub pages, five courses, eight cohorts and what happened in them."
    )

    def add_arguments(self, parser):
        parser.add_argument("--seed", type=int, default=7)
        parser.add_argument("--today", type=date.fromisoformat, default=None, metavar="YYYY-MM-DD")

    def handle(self, *args, seed, today, **options):
        def report(line):
            if options["verbosity"]:
                self.stdout.write(f"  {line}")

        try:
            create_demo(seed=seed, today=today or timezone.localdate(), report=report)
        except DomainError as refusal:
            raise CommandError(str(refusal)) from refusal
        # The pages' search and reference entries are tasks, a row each: two passes do them all at once,
        # so that search works from the first minute and the worker does not start with an hour's work.
        call_command("rebuild_references_index", verbosity=0)
        call_command("wagtail_update_index", verbosity=0)
        forget_index_tasks()
