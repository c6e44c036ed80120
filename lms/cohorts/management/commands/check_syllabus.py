"""Check that what cohorts read is what the versions of their syllabus cite."""

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from lms.cohorts.models import Cohort
from lms.cohorts.summary import check_cohort, version_in_force


class Command(BaseCommand):
    help = "Recompute the hashes of pinned lessons and of every version of the syllabus; the first that differs is named."

    def add_arguments(self, parser):
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("--cohort", metavar="CODE", help="one cohort, by its code")
        which.add_argument("--all", action="store_true", help="every cohort that was opened")

    def handle(self, *args, cohort=None, **options):
        cohorts = Cohort.objects.exclude(opened_at=None).order_by("code")
        if cohort:
            cohorts = cohorts.filter(code=cohort)
            if not cohorts:
                raise CommandError(_("No open cohort has the code %(code)s.") % {"code": cohort})
        faults = 0
        for row in cohorts:
            fault = check_cohort(row)
            version = version_in_force(row)
            if fault:
                faults += 1
                self.stderr.write(f"{row.code} · v{fault.version} · {fault}")
            else:
                self.stdout.write(f"{row.code} · v{version.number} · {version.sha256}")
        if faults:
            raise CommandError(
                _("The syllabus does not hold for %(number)s of the cohorts.") % {"number": faults}
            )
