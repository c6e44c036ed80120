"""What the pages of the entrance say about what comes after them."""

from urllib.parse import urlsplit

from django import template
from django.urls import Resolver404, resolve
from django.utils.translation import get_language_from_path, override

register = template.Library()

# Named, not imported: the package stands above.
APPLICATION = "cohorts:apply"


@register.filter
def leads_to_application(target: str | None) -> bool:
    """Whether `next` is the form with which one applies to a cohort, in whichever language."""
    path = urlsplit(target or "").path
    with override(get_language_from_path(path) or "it"):
        try:
            return resolve(path).view_name == APPLICATION
        except Resolver404:
            return False
