"""The seam between the register and the paper: frozen facts in, bytes of a PDF out.

Nothing here reads the database: what is not in the facts is not on the document. A faster drawing, a seal
or an embedded credential come behind `render` without touching the services.
"""

import datetime
import hashlib
import unicodedata
from functools import lru_cache
from typing import Any

from django.template import Engine
from django.utils import translation
from django.utils.formats import date_format
from django.utils.safestring import SafeString, mark_safe

from certificates.choices import Kind
from lms.core import pdf

NBSP = "\u00a0"
TEMPLATES = {
    Kind.ATTENDANCE: "certificates/pdf/frequenza.html",
    Kind.MICROCREDENTIAL: "certificates/pdf/microcredenziale.html",
}
SHARED = (
    "certificates/pdf/base.html",
    "certificates/pdf/style.css",
    "certificates/pdf/modules.html",
)
# The longest name that each size of type takes on two lines.
NAME_SIZES = ((24, "name-1"), (40, "name-2"), (64, "name-3"))
COUNTRIES = {"IT": {"it": "Italia", "en": "Italy"}}


def render(facts: dict[str, Any]) -> bytes:
    """The document of these facts as PDF/UA bytes; raises `lms.core.pdf.PdfRefused`."""
    return pdf.render_pdf(TEMPLATES[Kind(facts["kind"])], context_of(facts), language="it")


@lru_cache
def version_of(kind: str) -> str:
    """Which drawing made a file: the kind and a hash of its templates."""
    digest = hashlib.sha256()
    for name in (TEMPLATES[Kind(kind)], *SHARED):
        digest.update(Engine.get_default().get_template(name).source.encode())
    return f"{kind}-{digest.hexdigest()[:12]}"


def context_of(facts: dict[str, Any]) -> dict[str, Any]:
    """Words and figures as the templates want them, each in both languages."""
    cohort, attendance, course = facts["cohort"], facts["attendance"], facts["course"]
    return {
        "facts": facts,
        "label": f"{facts['number']}/{facts['year']}",
        "name": unicodedata.normalize("NFC", facts["holder"]["name"]),
        "name_size": _name_size(facts["holder"]["name"]),
        "title": course["title"]["it"],
        "title_en": course["title"].get("en") or course["title"]["it"],
        "art": f"static:certificates/{course['subject']}.svg",
        "begins": in_both(attendance["first_day"] or cohort["starts_on"]),
        "ends": in_both(attendance["last_day"] or cohort["ends_on"]),
        "issued": in_both(facts["issued_on"]),
        "planned": hours_in_both(attendance["planned"]),
        "attended": hours_in_both(attendance["attended"]),
        "remote": hours_in_both(attendance["remote"]) if attendance["remote"] else None,
        "percent": {code: percent(attendance, code) for code in ("it", "en")},
        "modules": [
            {**module, "hours": short_hours(module["minutes"])} for module in facts["modules"]
        ],
        "modules_hours": short_hours(sum(module["minutes"] for module in facts["modules"])),
        "country": COUNTRIES.get(facts["issuer"]["country"]),
        "qr": qr_svg(facts["verify_url"]),
        "verify_words": facts["verify_url"].partition("://")[2],
    }


def qr_svg(address: str) -> SafeString:
    """The code as vector shapes, with the words that a screen reader says in its place."""
    import segno

    code = segno.make(address, error="m", micro=False)
    title = "Codice QR: apre la pagina di verifica. QR code: opens the verification page."
    return mark_safe(code.svg_inline(title=title, border=2, omitsize=True, dark="#1d1b18"))  # noqa: S308


def in_both(day: str) -> dict[str, str]:
    """An ISO day in words: {"it": "5 marzo 2026", "en": "5 March 2026"}."""
    value = datetime.date.fromisoformat(day)
    words = {}
    for code in ("it", "en"):
        with translation.override(code):
            words[code] = date_format(value, "j F Y").replace(" ", NBSP)
    words["it"] = words["it"].lower()  # Django's Italian months begin with a capital
    return words


def hours_in_both(minutes: int) -> dict[str, str]:
    """1290 -> {"it": "21 ore e 30 minuti", "en": "21 hours and 30 minutes"}, never broken."""
    hours, rest = divmod(minutes, 60)
    words = {
        "it": [_count(hours, "ora", "ore"), _count(rest, "minuto", "minuti")],
        "en": [_count(hours, "hour", "hours"), _count(rest, "minute", "minutes")],
    }
    joins = {"it": " e ", "en": " and "}
    return {
        code: (joins[code].join(filter(None, parts)) or f"0 {'ore' if code == 'it' else 'hours'}")
        .replace(" ", NBSP)
        for code, parts in words.items()
    }  # fmt: skip


def short_hours(minutes: int) -> str:
    """240 -> “4 h”, 270 -> “4 h 30”."""
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest:02d}".replace(" ", NBSP) if rest else f"{hours}{NBSP}h"


def percent(attendance: dict[str, Any], code: str) -> str:
    """Of the minutes that count, two decimals, cut and never rounded up (domain: The figure)."""
    total = attendance["total"]
    hundredths = min(10000, attendance["attended"] * 10000 // total) if total else 0
    sign = "," if code == "it" else "."
    return f"{hundredths // 100}{sign}{hundredths % 100:02d}{NBSP}%"


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}" if number else ""


def _name_size(name: str) -> str:
    return next((size for longest, size in NAME_SIZES if len(name) <= longest), "name-4")
