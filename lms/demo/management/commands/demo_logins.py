import json

from django.core.management.base import BaseCommand, CommandError

from lms.accounts.models import User
from lms.core.errors import DomainError
from lms.demo.people import DOMAIN, LOGINS, demo_password
from lms.demo.services import refuse_production


class Command(BaseCommand):
    help = "Print a login for each role of the demo."

    def add_arguments(self, parser):
        parser.add_argument("--json", action="store_true", help="by role, for programs")

    def handle(self, *args, **options):
        try:
            refuse_production()
        except DomainError as refusal:
            raise CommandError(str(refusal)) from refusal
        if not User.objects.filter(email__endswith=f"@{DOMAIN}").exists():
            raise CommandError("There is no demo here: make it with create_demo.")
        password = demo_password()
        if options["json"]:
            logins = {
                role: {"email": f"{address}@{DOMAIN}", "password": password}
                for role, (address, _label) in LOGINS.items()
            }
            self.stdout.write(json.dumps(logins))
            return
        for address, label in LOGINS.values():
            self.stdout.write(f"{label:<30} {address + '@' + DOMAIN:<32} {password}")
