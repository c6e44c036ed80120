"""The rows that a factory made, laid down again: publishing a course takes 0.3 s, its rows 5 ms.

Only on SQLite, and only where the tables concerned are as the migrations left them; everywhere else
the factory runs. The tests of publishing and of opening a cohort make their own pages.
"""

import functools
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import Model
from django.utils import timezone
from wagtail.models import Site

Rows = dict[int, tuple]  # of one table, by rowid


@dataclass
class Stamp:
    """What one call of a factory changed, table by table, and the tables as they were before."""

    model: type[Model]
    pk: object
    before: dict[str, tuple[int, int]]  # number of rows, highest rowid
    statements: list[tuple[str, list[tuple]]]

    def fits(self) -> bool:
        return _extents(self.before) == self.before

    def lay(self) -> Model:
        with transaction.atomic(), connection.cursor() as cursor:
            for statement, rows in self.statements:
                cursor.executemany(statement, rows)
        Site.clear_site_root_paths_cache()
        return self.model._default_manager.get(pk=self.pk)


_stamps: dict[tuple, Stamp] = {}
_migrated: dict[str, tuple[int, int]] = {}


def _tables() -> list[str]:
    """Every table but those of the search's index, which its triggers fill."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        return [
            name for (name,) in cursor.fetchall() if "_fts" not in name and name[:7] != "sqlite_"
        ]


def _extents(tables) -> dict[str, tuple[int, int]]:
    parts = [
        f"SELECT '{name}', count(*), coalesce(max(rowid), 0) FROM \"{name}\"" for name in tables
    ]
    found = {}
    with connection.cursor() as cursor:
        for first in range(0, len(parts), 100):  # SQLite joins 500 at most
            cursor.execute(" UNION ALL ".join(parts[first : first + 100]))
            found.update({name: (number, last) for name, number, last in cursor.fetchall()})
    return found


def _rows(tables) -> dict[str, Rows]:
    content = {}
    with connection.cursor() as cursor:
        for name in tables:
            cursor.execute(f'SELECT rowid, * FROM "{name}"')
            content[name] = {row[0]: row[1:] for row in cursor.fetchall()}
    return content


def _statements(before: dict[str, Rows], after: dict[str, Rows]) -> list[tuple[str, list[tuple]]]:
    statements = []
    for name, rows in after.items():
        was = before[name]
        marks = ", ".join(["%s"] * len(next(iter(rows.values()), ())))
        gone = [(key,) for key in was.keys() - rows.keys()]
        gone += [(key,) for key in was.keys() & rows.keys() if was[key] != rows[key]]
        laid = [rows[key] for key in sorted(rows) if was.get(key) != rows[key]]
        if gone:
            statements.append((f'DELETE FROM "{name}" WHERE rowid = %s', gone))
        if laid:
            statements.append((f'INSERT INTO "{name}" VALUES ({marks})', laid))
    return statements


def note_migrated() -> None:
    """Remember how large each table is before the first test."""
    if connection.vendor == "sqlite":
        _migrated.update(_extents(_tables()))


def stamped(factory):
    """Let a factory's plain calls (texts, numbers, no objects) lay down the rows of the first one."""

    @functools.wraps(factory)
    def call(*arguments, **options):
        values = (*arguments, *options.values())
        if not _migrated or not all(isinstance(value, str | int | None) for value in values):
            return factory(*arguments, **options)
        key = (factory, timezone.localdate(), arguments, tuple(sorted(options.items())))
        stamp = _stamps.get(key)
        if stamp and stamp.fits():
            return stamp.lay()
        if stamp or _extents(_migrated) != _migrated:
            return factory(*arguments, **options)
        before = _rows(_migrated)
        made = factory(*arguments, **options)
        statements = _statements(before, _rows(_migrated))
        touched = {statement.split('"')[1] for statement, _rows_ in statements}
        extents = {name: extent for name, extent in _migrated.items() if name in touched}
        _stamps[key] = Stamp(type(made), made.pk, extents, statements)
        return made

    return call
