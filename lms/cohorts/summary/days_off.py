"""Days on which nobody meets: public holidays, the patron saint of Milan, the house's own closures."""

from collections.abc import Mapping
from datetime import date, timedelta

from django.utils.translation import get_language

from lms.cohorts.models import Closure

# ISO 3166-2: of the provinces of Italy Milan, whose holiday is 7 December (sant’Ambrogio).
COUNTRY, PROVINCE = "IT", "MI"
LANGUAGES = {"it": "it_IT", "en": "en_US"}


def days_off(first: date, last: date, language: str | None = None) -> dict[date, str]:
    """Each day off from `first` to `last`, both included, with its reason in a language; 1 query.

    Holidays are those of the library `holidays`, Italy and the province of Milan.
    """
    found = public_holidays(first, last, language)
    for closure in Closure.objects.filter(first_day__lte=last, last_day__gte=first):
        day = max(closure.first_day, first)
        while day <= min(closure.last_day, last):
            found.setdefault(day, closure.reason)
            day += timedelta(days=1)
    return dict(sorted(found.items()))


def public_holidays(first: date, last: date, language: str | None = None) -> dict[date, str]:
    """Holidays of Italy and Milan from `first` to `last`, both included, by name; no query."""
    # It lists the holidays of the whole world: loaded by whoever plans, not by every page.
    import holidays

    known: Mapping[date, str] = holidays.country_holidays(
        COUNTRY,
        subdiv=PROVINCE,
        years=range(first.year, last.year + 1),
        language=LANGUAGES.get((language or get_language() or "it")[:2], "it_IT"),
    )
    return {day: name for day, name in known.items() if first <= day <= last}
