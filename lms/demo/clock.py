"""Moments of the demo: full hours of days in Rome."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.conf import settings

ROME = ZoneInfo(settings.TIME_ZONE)


def moment(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=ROME)
