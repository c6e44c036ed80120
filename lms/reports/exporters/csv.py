"""CSV: UTF-8, comma, every cell that a spreadsheet could run as a formula made text."""

import pandas as pd

from lms.core.cells import safe_text

CONTENT_TYPE = "text/csv; charset=utf-8"


def export(frame: pd.DataFrame, title: str) -> bytes:
    safe = frame.copy()
    for name in safe.columns:
        if not pd.api.types.is_numeric_dtype(safe[name]):
            safe[name] = safe[name].map(safe_text)
    return safe.to_csv(index=False, lineterminator="\r\n").encode()
