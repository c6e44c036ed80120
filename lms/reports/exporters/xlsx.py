"""XLSX: one sheet, frozen header, filters; text stays text, numbers stay numbers."""

from io import BytesIO

import pandas as pd

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# pandas writes “=…” as a live formula unless the engine is told not to.
_OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def export(frame: pd.DataFrame, title: str) -> bytes:
    buffer = BytesIO()
    with pd.ExcelWriter(buffer, engine="xlsxwriter", engine_kwargs={"options": _OPTIONS}) as writer:
        # Excel allows 31 letters in a sheet's name.
        frame.to_excel(writer, index=False, sheet_name=title[:31])
        sheet = writer.sheets[title[:31]]
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(1, len(frame)), len(frame.columns) - 1)
        for place, name in enumerate(frame.columns):
            longest = max((len(str(value)) for value in frame[name]), default=0)
            sheet.set_column(place, place, min(42, max(len(name), longest) + 2))
    return buffer.getvalue()
