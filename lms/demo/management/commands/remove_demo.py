import sys

from django.core.management.base import BaseCommand, CommandError

from lms.core.errors import DomainError
from lms.demo.services import remove_demo


class Command(BaseCommand):
    help = "Remove everything that is marked demo, and what hangs on it."

    def add_arguments(self, parser):
        parser.add_argument("--no-input", action="store_true", help="do not ask")

    def handle(self, *args, no_input=False, **options):
        question = "Remove the demo, with everything that people did in it? [y/N] "
        if not no_input and sys.stdin.isatty() and input(question).lower() not in ("y", "s"):
            return
        try:
            number = remove_demo()
        except DomainError as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{number} demo objects removed.")
