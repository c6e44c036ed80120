"""The preview of a roster, page by page: judged lines as they were kept beside the file."""

import json
from collections.abc import Callable, Iterator

from django.core.files.storage import storages

from lms.cohorts.choices import LineState
from lms.cohorts.models import RosterImport
from lms.cohorts.summary.rosters import JudgedLine


def judged_lines(roster: RosterImport, *, start: int, number: int) -> list[JudgedLine]:
    """`number` judged lines of the preview from the `start`-th on; none when the files are gone."""
    return list(_page(roster, start, number, lambda text: True))


def faulty_lines(roster: RosterImport, *, start: int, number: int) -> list[JudgedLine]:
    """As `judged_lines`, of the lines with errors alone."""
    mark = f'"state": "{LineState.ERROR}"'
    return list(_page(roster, start, number, lambda text: mark in text))


def _page(
    roster: RosterImport, start: int, number: int, wanted: Callable[[str], bool]
) -> Iterator[JudgedLine]:
    storage = storages["uploads"]
    if not storage.exists(roster.judged_file):
        return
    with storage.open(roster.judged_file) as file:
        seen = 0
        for line in file:
            text = line.decode()
            if not wanted(text):
                continue
            if seen >= start + number:
                return
            if seen >= start:
                row = json.loads(text)
                row["faults"] = tuple(tuple(fault) for fault in row["faults"])
                row["notes"] = tuple(row["notes"])
                yield JudgedLine(**row)
            seen += 1
