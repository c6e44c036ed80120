from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from curriculum.exchange.archives import open_files
from curriculum.services import import_course
from lms.core.errors import DomainError


class Command(BaseCommand):
    help = (
        "Make a course of a zip archive or a folder (docs/course-format.md): drafts, in every language it has. "
        "An archive with a fault is refused whole, with file and line."
    )

    def add_arguments(self, parser):
        parser.add_argument("source", metavar="FILE.zip|FOLDER", type=Path)
        parser.add_argument("--code", default="", metavar="NEWCODE", help="instead of its own")

    def handle(self, *args, source, code, **options):
        try:
            made = import_course(files=open_files(source), code=code)
        except DomainError as refusal:
            raise CommandError(str(refusal)) from refusal
        if options["verbosity"]:
            for notice in made.notices:
                self.stdout.write(self.style.WARNING(notice))
            languages = ", ".join(made.courses)
            course = made.courses["it"]
            self.stdout.write(
                f"{course.code}: {len(made.pages)} drafts ({languages}), {len(made.media)} new files."
            )
