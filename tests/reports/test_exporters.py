"""Cells in files: text stays text, numbers stay numbers."""

from io import BytesIO, StringIO
from zipfile import ZipFile

import pandas as pd
import pytest

from lms.reports.exporters import csv, xlsx


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+1+1", "'+1+1"),
        ("-2", "'-2"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("  =1+1", "'  =1+1"),
        ("\t=1+1", "'\t=1+1"),
        ("\rx", "'\rx"),
        ("＝1+1", "'＝1+1"),
        ("＠A1", "'＠A1"),
        ("+39 02 1234567", "+39 02 1234567"),
        ("D’Amico-Šćepanović", "D’Amico-Šćepanović"),
        ("O'Neill", "O'Neill"),
        ("'Ndrja", "'Ndrja"),
        ("李娜", "李娜"),
    ],
)
def test_csv_cell(cell, written):
    read = pd.read_csv(
        StringIO(csv.export(pd.DataFrame({"a": [cell]}), "x").decode()),
        dtype=str,
        keep_default_na=False,
    )
    assert read["a"].tolist() == [written]


def test_csv_numbers_stay_numbers():
    frame = pd.DataFrame(
        {"n": pd.array([90, None], dtype="Int64"), "p": pd.array([-1.5, 82.35], dtype="Float64")}
    )
    assert csv.export(frame, "x") == b"n,p\r\n90,-1.5\r\n,82.35\r\n"


def test_xlsx_holds_no_formula():
    frame = pd.DataFrame({"nome": ["=1+1", "https://example.org", "+39 02"], "n": [1, 2, 3]})
    content = xlsx.export(frame, "R1")
    sheet = ZipFile(BytesIO(content)).read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet
    read = pd.read_excel(BytesIO(content), engine="calamine")
    assert read.to_dict("list") == frame.to_dict("list")
