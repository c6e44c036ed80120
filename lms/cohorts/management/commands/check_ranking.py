"""Check that the rankings of cohorts follow from the audit log and from the readings."""

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from lms.cohorts.models import Cohort
from lms.cohorts.summary.rankings import check_rankings


class Command(BaseCommand):
    help = "Compute rankings again from the log and from the rows; the first difference is named."

    def add_arguments(self, parser):
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("--cohort", metavar="CODE", help="one cohort, by its code")
        which.add_argument("--all", action="store_true", help="every cohort that has a ranking")

    def handle(self, *args, cohort=None, **options):
        cohorts = Cohort.objects.order_by("code")
        if cohort:
            cohorts = cohorts.filter(code=cohort)
            if not cohorts:
                raise CommandError(_("No cohort has the code %(code)s.") % {"code": cohort})
        else:
            cohorts = cohorts.filter(rankings__isnull=False).distinct()
        faults = 0
        for row in cohorts:
            fault = check_rankings(row)
            if fault:
                faults += 1
                self.stderr.write(f"{row.code} · {fault.number} · {fault}")
            else:
                for ranking in row.rankings.all():
                    self.stdout.write(f"{row.code} · {ranking.number} · {ranking.sha256}")
        if faults:
            raise CommandError(
                _("The rankings do not hold for %(number)s of the cohorts.") % {"number": faults}
            )
