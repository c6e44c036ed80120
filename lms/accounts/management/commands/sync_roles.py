from django.core.management.base import BaseCommand
from django.db import transaction

from lms.accounts.permissions import sync_roles


class Command(BaseCommand):
    help = "Give the four role groups exactly the permissions of lms/accounts/permissions.py."

    def handle(self, *args, **options):
        with transaction.atomic():
            synced = sync_roles()
        self.stdout.write(f"{synced.given} permissions given to the four roles.")
        for name in synced.unknown:
            self.stdout.write(f"unknown, skipped: {name}")
