"""CSV: UTF-8, comma, every cell that a spreadsheet could run as a formula made text."""

import re

import pandas as pd

CONTENT_TYPE = "text/csv; charset=utf-8"
# A formula begins with one of these, after spaces too, or with its fullwidth twin.
_DANGEROUS = re.compile(r"^[\s\u3000]*[=+\-@＝＋－＠]|^[\t\r]")
# An international telephone number is no formula, and must survive as it is.
_PHONE = re.compile(r"^\+\d[\d ]*$")


def safe_text(value: object) -> object:
    """A text cell that stays text in every spreadsheet; other values as they are."""
    if isinstance(value, str) and _DANGEROUS.match(value) and not _PHONE.match(value):
        return f"'{value}"
    return value


def export(frame: pd.DataFrame, title: str) -> bytes:
    safe = frame.copy()
    for name in safe.columns:
        if not pd.api.types.is_numeric_dtype(safe[name]):
            safe[name] = safe[name].map(safe_text)
    return safe.to_csv(index=False, lineterminator="\r\n").encode()
