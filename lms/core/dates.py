"""Days as people write them: Django's Italian month names begin with a capital, Italian ones do not."""

import datetime

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

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

# Days that somebody can mean. Beyond them a typing error would run out of the calendar, a year or a month after it.
FIRST_YEAR, LAST_YEAR = 2000, 2199


def possible_day(value: datetime.date | datetime.datetime) -> None:
    """A validator of forms: ValidationError `far` for a day that nobody means, such as 9999-12-31."""
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise ValidationError(_("This day is too far away."), code="far")


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
