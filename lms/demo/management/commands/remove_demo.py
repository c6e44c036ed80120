from django.core.management.base import BaseCommand, CommandError

from lms.core.errors import DomainError
from lms.demo.services import remove_demo


class Command(BaseCommand):
    help = "Remove everything that is marked demo, and what hangs on it."

    def handle(self, *args, **options):
        try:
            number = remove_demo()
        except DomainError as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{number} demo objects removed.")
