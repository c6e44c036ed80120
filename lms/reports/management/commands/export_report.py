from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from lms.cohorts.models import Cohort
from lms.core.errors import DomainError
from lms.core.registries import registries
from lms.reports.services import export_report


class Command(BaseCommand):
    help = "Write a report on a cohort to a file: r1 is the register, r2 the summary."

    def add_arguments(self, parser):
        parser.add_argument("report", choices=sorted(registries.reports))
        parser.add_argument("--cohort", required=True, metavar="CODE")
        parser.add_argument("--format", choices=["csv", "xlsx"], default="csv")
        parser.add_argument("--output", required=True, type=Path, metavar="FILE")

    def handle(self, *args, report, cohort, format, output, **options):
        found = Cohort.objects.filter(code=cohort).first()
        if found is None:
            known = ", ".join(Cohort.objects.order_by("code").values_list("code", flat=True))
            raise CommandError(f"There is no cohort {cohort}. Known: {known or 'none'}.")
        try:
            file = export_report(report=report, cohort=found, format=format, by=None)
        except DomainError as refusal:
            raise CommandError(str(refusal)) from refusal
        try:
            output.write_bytes(file.content)
        except OSError as error:
            raise CommandError(f"Cannot write {output}: {error.strerror}.") from error
        self.stdout.write(f"{output}: {file.rows} rows, SHA-256 {file.sha256}")
