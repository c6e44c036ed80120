"""Measure the platform over a fresh demo, on SQLite and on PostgreSQL; prints figures, asserts nothing.

    python -m benchmarks                       every module, both databases
    python -m benchmarks pages --on sqlite     one module, one database
    python -m benchmarks --here                on the database of this configuration, as it is

A module of this folder with a function `run(bench)` is a benchmark; `bench` is a `bench.Bench`.
"""

import argparse
import importlib
import os
import pkgutil
import subprocess
import sys
import tempfile
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
ROOT = FOLDER.parent
NOT_BENCHMARKS = {"bench", "__main__"}


def names() -> list[str]:
    found = [module.name for module in pkgutil.iter_modules([str(FOLDER)])]
    return sorted(name for name in found if name not in NOT_BENCHMARKS)


def measure_here(wanted: list[str], repeat: int) -> None:
    """Run the benchmarks in this process, on the database that the settings name."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings.dev")
    django.setup()
    from benchmarks.bench import Bench

    for name in wanted:
        bench = Bench(repeat=repeat)
        importlib.import_module(f"benchmarks.{name}").run(bench)
        print(f"\n{name}\n{bench.table()}", flush=True)


def measure_on(database: str, url: str, wanted: list[str], repeat: int) -> None:
    """Make a demo of its own in a temporary folder (and database), and measure over it."""
    with tempfile.TemporaryDirectory(prefix="cohub-bench-") as var:
        env = {**os.environ, "COHUB_VAR": var, "DATABASE_URL": url}
        print(f"\n═══ {database}", flush=True)
        setup = [sys.executable, "tools/setup.py", "--dev", "--prepare"]
        subprocess.run(setup, cwd=ROOT, env=env, check=True)
        here = [sys.executable, "-m", "benchmarks", "--here", "--repeat", str(repeat), *wanted]
        subprocess.run(here, cwd=ROOT, env=env, check=True)


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the platform.")
    parser.add_argument("names", nargs="*", help=f"of: {', '.join(names()) or 'none yet'}")
    parser.add_argument("--on", choices=["sqlite", "postgres", "both"], default="both")
    parser.add_argument("--here", action="store_true", help="this configuration's own database")
    parser.add_argument("--repeat", type=int, default=15)
    options = parser.parse_args()
    wanted = options.names or names()
    if unknown := set(wanted) - set(names()):
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}")

    if options.here:
        measure_here(wanted, options.repeat)
        return
    if options.on in ("sqlite", "both"):
        measure_on("SQLite", "", wanted, options.repeat)
    if options.on in ("postgres", "both"):
        sys.path.insert(0, str(ROOT / "tools"))
        import postgres

        # Always a throw-away cluster: a demo does not belong into anybody's database.
        with postgres.throwaway_cluster() as url:
            measure_on("PostgreSQL", url, wanted, options.repeat)


if __name__ == "__main__":
    main()
