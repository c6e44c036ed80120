"""The sentences of the rules, in the reader's language, from plain figures alone.

A learner on the way and a certificate that keeps its figures are told the same thing in the same words.
"""

from datetime import datetime
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessment.models.texts import in_language

NBSP = "\u00a0"
NAMED = 3  # lessons named in a sentence before “and N more”


def explain(evidence: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """(label, sentence) of each rule that a certificate was judged by, from what it keeps; no query."""
    return [_explained(rule) for rule in evidence]


def _explained(rule: dict[str, Any]) -> tuple[str, str]:
    if rule["key"] == "attendance":
        words = minutes(rule["attended"], rule["total"], rule["needed"], rule["met"])
        return _("Attendance"), words
    if rule["key"] == "sessions":
        return _("Sessions held"), all_signed(rule["sessions"])
    if rule["key"] == "lessons":
        return _("Lessons"), lessons_done(rule["done"], rule["required"])
    return quiz(in_language(rule["title"])), quiz_passed(rule["best_percent"], rule["pass_mark"])


def minutes(attended: int, total: int, needed: int, met: bool) -> str:
    values = {
        "attended": grouped(attended),
        "total": grouped(total),
        "percent": f"{percent_of(attended, total)}{NBSP}%",
        "needed": grouped(needed),
    }
    if met:
        words = _(
            "%(attended)s minutes of the %(total)s planned in all (%(percent)s); "
            "%(needed)s were needed"
        )
    else:
        words = _(
            "%(attended)s minutes of the %(total)s planned in all (%(percent)s); "
            "%(needed)s are needed"
        )
    return words % values


def all_signed(sessions: int) -> str:
    return _("The registers of all %(all)s sessions are signed") % {"all": sessions}


def some_signed(signed: int, sessions: int, last: datetime) -> str:
    return _("%(signed)s of %(all)s registers are signed; the last session is on %(day)s") % {
        "signed": signed,
        "all": sessions,
        "day": date_format(last, "j F Y"),
    }


def lessons_done(done: int, required: int) -> str:
    return _("%(done)s of %(total)s required lessons done") % {"done": done, "total": required}


def lessons_lacking(titles: list[str]) -> str:
    return _("still to do: %(names)s") % {"names": _names(titles)}


def _names(titles: list[str]) -> str:
    named = ", ".join(_("“%(title)s”") % {"title": title} for title in titles[:NAMED])
    more = len(titles) - NAMED
    if more <= 0:
        return named
    return (
        named + " " + ngettext("and %(count)s more", "and %(count)s more", more) % {"count": more}
    )


def quiz(title: str) -> str:
    return _("Quiz “%(title)s”") % {"title": title}


def quiz_passed(best: int | None, mark: int) -> str:
    return _("passed with %(best)s %% — %(mark)s %% was needed") % {"best": best, "mark": mark}


def quiz_open(best: int | None, mark: int, left: int) -> str:
    """What is still asked of a quiz that is not passed."""
    if best is None:
        return _("not handed in yet — %(mark)s %% is needed") % {"mark": mark}
    return ngettext(
        "%(best)s %% so far, %(mark)s %% is needed — %(left)s attempt left",
        "%(best)s %% so far, %(mark)s %% is needed — %(left)s attempts left",
        left,
    ) % {"best": best, "mark": mark, "left": left}


def grouped(number: int) -> str:
    """1440 -> “1 440”, the space never broken."""
    return f"{number:,}".replace(",", NBSP)


def percent_of(part: int, whole: int) -> str:
    """Two decimals, cut and never rounded up, in the reader's locale: “70,83”."""
    hundredths = min(10000, part * 10000 // whole) if whole else 0
    return str(number_format(f"{hundredths // 100}.{hundredths % 100:02d}"))
