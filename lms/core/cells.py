"""Cells of the files that people open in a spreadsheet: text stays text, whatever was typed."""

import re

# A formula begins with one of these, after spaces too, or with its fullwidth twin.
_DANGEROUS = re.compile(r"^[\s\u3000]*[=+\-@＝＋－＠]|^[\t\r]")
# An international telephone number is no formula, and must survive as it is.
_PHONE = re.compile(r"^\+\d[\d ]*$")


def safe_text(value: object) -> object:
    """A text cell that stays text in every spreadsheet; other values as they are."""
    if isinstance(value, str) and _DANGEROUS.match(value) and not _PHONE.match(value):
        return f"'{value}"
    return value
