"""What a benchmark writes its figures with: CPU time and query counts, gathered into one table."""

import statistics
import time
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.db import connection


@dataclass
class Figure:
    """One measured thing; milliseconds of CPU are medians, `queries` is None when not counted."""

    name: str
    cpu_ms: float
    wall_ms: float
    queries: int | None
    note: str = ""


@dataclass
class Bench:
    """Handed to every module's `run(bench)`; `repeat` is how often each thing is measured."""

    repeat: int = 15
    figures: list[Figure] = field(default_factory=list)

    def measure(self, name: str, call: Callable[[], object], *, repeat: int | None = None,
                note: str = "") -> Figure:  # fmt: skip
        """Call once to warm up, once to count queries, then `repeat` times for the clock."""
        call()
        with counted() as queries:
            call()
        cpu, wall = [], []
        for _attempt in range(repeat or self.repeat):
            cpu_from, wall_from = time.process_time(), time.perf_counter()
            call()
            cpu.append((time.process_time() - cpu_from) * 1000)
            wall.append((time.perf_counter() - wall_from) * 1000)
        figure = Figure(name, statistics.median(cpu), statistics.median(wall), len(queries), note)
        self.figures.append(figure)
        return figure

    def page(self, name: str, url: str, *, user=None, repeat: int | None = None) -> Figure:
        """A GET of `url` through the whole stack, as `user` or as a stranger; it must answer 200."""
        from django.test import Client

        client = Client(SERVER_NAME="127.0.0.1")
        if user is not None:
            client.force_login(user)

        def get() -> None:
            response = client.get(url)
            if response.status_code != 200:
                raise SystemExit(f"{name}: {url} answered {response.status_code}")
            if response.streaming:
                for _chunk in response.streaming_content:
                    pass

        who = "signed in" if user is not None else "anonymous"
        return self.measure(f"{name}, {who}", get, repeat=repeat)

    def table(self) -> str:
        width = max([len(figure.name) for figure in self.figures], default=10)
        lines = [f"{'':<{width}}   CPU ms  wall ms  queries"]
        for figure in self.figures:
            queries = "" if figure.queries is None else str(figure.queries)
            line = f"{figure.name:<{width}} {figure.cpu_ms:8.1f} {figure.wall_ms:8.1f} {queries:>8}"
            lines.append(f"{line}  {figure.note}".rstrip())
        return "\n".join(lines)


@contextmanager
def counted():
    """The SQL that is run inside, as a list."""
    queries: list[str] = []

    def note(execute, sql, params, many, context):
        queries.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield queries
