from django.core.management.base import BaseCommand

from curriculum.services import start_site


class Command(BaseCommand):
    help = "Make the first pages of a real installation: home and catalogue in each language."

    def handle(self, *args, **options):
        made = start_site()
        self.stdout.write(f"{made} pages made." if made else "The site has its pages already.")
