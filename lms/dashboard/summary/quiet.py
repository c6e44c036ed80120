"""Learners who went quiet: a rule that the page states, on the last signs of life alone. Pure."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from lms.cohorts.models import Cohort
from lms.core.dates import day_in_words


@dataclass(frozen=True, slots=True)
class Signs:
    """What an active learner of a running cohort last did; `since` is the day from which to count."""

    name: str
    cohort: Cohort
    since: datetime.date
    read_at: datetime.datetime | None = None
    tried_at: datetime.datetime | None = None
    there_at: datetime.datetime | None = None
    finished: bool = False  # every required lesson and quiz


@dataclass(frozen=True, slots=True)
class QuietLearner:
    name: str
    cohort: Cohort
    days: int
    words: str  # the last sign, or that there was none


def quiet_among(
    learners: Iterable[Signs], at: datetime.datetime, *, days: int
) -> list[QuietLearner]:
    """Those without a lesson opened, a presence or an attempt for `days` days, the longest quiet first.

    Who has done everything owes nobody a sign. Days are those of Europe/Rome.
    """
    today, found = timezone.localdate(at), []
    for signs in learners:
        last = max(filter(None, (signs.read_at, signs.tried_at, signs.there_at)), default=None)
        day = max(timezone.localdate(last), signs.since) if last else signs.since
        silence = (today - day).days
        if not signs.finished and silence >= days:
            found.append(QuietLearner(signs.name, signs.cohort, silence, _words(signs, last)))
    return sorted(found, key=lambda row: -row.days)


def _words(signs: Signs, last: datetime.datetime | None) -> str:
    if last is None:
        return _("no sign since the beginning")
    values = {"day": day_in_words(last)}
    if last == signs.there_at:
        return _("last in class on %(day)s") % values
    if last == signs.tried_at:
        return _("last quiz on %(day)s") % values
    return _("last lesson on %(day)s") % values
