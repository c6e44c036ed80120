from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from curriculum.exchange.archives import write_zip
from curriculum.models import Course
from curriculum.services import export_course
from lms.core.errors import DomainError


class Command(BaseCommand):
    help = "Write a course as a zip archive: texts, media, questions (docs/course-format.md)."

    def add_arguments(self, parser):
        parser.add_argument("code", metavar="CODE")
        parser.add_argument("file", metavar="FILE.zip", type=Path)

    def handle(self, *args, code, file, **options):
        course = Course.objects.filter(code=code, locale__language_code="it").first()
        if course is None:
            raise CommandError(f"There is no course with the code {code}.")
        try:
            files = export_course(course=course)
        except DomainError as refusal:
            raise CommandError(str(refusal)) from refusal
        try:
            with file.open("wb") as target:
                write_zip(files, target)
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}") from error
        if options["verbosity"]:
            self.stdout.write(f"{file}: {len(files)} files.")
