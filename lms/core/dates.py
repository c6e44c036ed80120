"""Days as people write them: Django's Italian month names begin with a capital, Italian ones do not."""

import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language

FORMS = {
    "day": "j F",
    "year": "j F Y",
    "short": "j M",
    "short-year": "j M Y",
    "month": "M",
    "month-year": "F Y",
    "number": "j",
    "weekday": "l j F",
    "weekday-year": "l j F Y",
    "name": "l",
}


def day_in_words(value: datetime.date | datetime.datetime | None, form: str = "day") -> str:
    """ "14 gennaio", with a space that does not break; moments are shown in Europe/Rome."""
    if not value:
        return ""
    if isinstance(value, datetime.datetime) and timezone.is_aware(value):
        value = timezone.localtime(value)
    text = date_format(value, FORMS[form])
    if (get_language() or "it").startswith("it"):
        text = text.lower()
    return text.replace(" ", "\u00a0")


def moment_in_words(moment: datetime.datetime) -> str:
    """ "giovedì 26 novembre, 18:30", in Europe/Rome, in the language now active."""
    local = timezone.localtime(moment)
    return f"{day_in_words(local, 'weekday')}, {date_format(local, 'H:i')}"
