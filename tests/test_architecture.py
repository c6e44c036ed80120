"""The shape of the project, as law: the line of packages, migrations, the register of personal data."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from lms.core.registries import registries

# From the bottom upwards; packages of one row are unaware of each other.
LINE = [
    {"core"},
    {"accounts"},
    {"cms"},
    {"curriculum"},
    {"cohorts"},
    {"attendance", "progress", "community"},
    {"assessment"},
    {"certificates"},
    {"api", "dashboard", "reports"},
    {"demo"},
]
RANK = {label: rank for rank, row in enumerate(LINE) for label in row}
OURS = [model for model in apps.get_models() if model._meta.app_label in RANK]


def test_line_names_every_package():
    local = {
        config.label
        for config in apps.get_app_configs()
        if Path(config.path).is_relative_to(settings.BASE_DIR)
        and not Path(config.path).is_relative_to(settings.BASE_DIR / ".venv")
        and "site-packages" not in config.path
    }
    assert local == set(RANK)


def test_import_contracts_hold():
    done = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"],
        cwd=settings.BASE_DIR, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def test_relations_obey_the_line():
    upward = []
    for model in OURS:
        for field in model._meta.get_fields(include_hidden=True):
            # Only fields that this model itself declares: not reverse relations, not parents'.
            if not field.is_relation or field.auto_created or field.related_model is None:
                continue
            here, there = model._meta.app_label, field.related_model._meta.app_label
            if there not in RANK or here == there:
                continue
            if RANK[there] >= RANK[here]:
                upward.append(
                    f"{model._meta.label}.{field.name} -> {field.related_model._meta.label}"
                )
    assert upward == []


@pytest.mark.django_db  # wagtail-localize's first migration asks the database when it is imported
def test_every_package_has_one_migration_head():
    loader = MigrationLoader(None)
    heads: dict[str, list[str]] = {}
    for app, name in loader.graph.leaf_nodes():
        if app in RANK:
            heads.setdefault(app, []).append(name)
    assert {app: names for app, names in heads.items() if len(names) > 1} == {}


@pytest.mark.django_db
def test_no_migration_is_missing(capsys):
    try:
        call_command("makemigrations", check=True, dry_run=True, verbosity=1)
    except SystemExit:
        pytest.fail("Models and migrations differ: make the migration and name it (-n).\n"
                    + capsys.readouterr().out)  # fmt: skip


def test_migrations_after_the_first_have_a_name():
    unnamed = [
        str(path.relative_to(settings.BASE_DIR))
        for config in apps.get_app_configs()
        if config.label in RANK
        for path in (Path(config.path) / "migrations").glob("[0-9]*_auto_*.py")
    ]
    assert unnamed == []


def _points_at_a_person(model) -> bool:
    """A relation of its own to the person, or to the enrolment or application that is theirs."""
    people = {"accounts.User", "cohorts.Enrolment", "cohorts.Application"}
    return any(
        field.is_relation
        and not field.auto_created
        and field.related_model is not None
        and field.related_model._meta.label in people
        and field.model._meta.app_label in RANK  # not what Wagtail's page says of its owner
        for field in model._meta.get_fields()
    )


def test_models_that_point_at_a_person_are_in_the_privacy_registry():
    pointing = {model._meta.label for model in OURS if _points_at_a_person(model)}
    unknown = sorted(pointing - set(registries.personal_data))
    assert unknown == [], (
        "These models hold something about a person and nobody says how it is exported and erased: "
        f"{', '.join(unknown)}. In the package's AppConfig.ready() call "
        "lms.core.registries.register_personal_data(PersonalData(model=…, export=…, erase=… or kept=…))."
    )


def test_privacy_registry_names_models_that_exist():
    labels = {model._meta.label for model in apps.get_models()}
    assert sorted(set(registries.personal_data) - labels) == []


def test_slow_libraries_are_not_loaded_by_the_web():
    code = (
        "import os, sys; os.environ['DJANGO_SETTINGS_MODULE'] = 'lms.settings.test';"
        "import lms.wsgi; from django.urls import get_resolver; get_resolver().url_patterns;"
        "print(*[name for name in ('pandas', 'weasyprint', 'pyhanko', 'matplotlib')"
        " if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        cwd=settings.BASE_DIR, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout.split()) == (0, []), done.stderr


def test_sqlite_runs_as_measured():
    if connection.vendor != "sqlite":
        pytest.skip("SQLite only")
    options = settings.DATABASES["default"]["OPTIONS"]
    assert options["transaction_mode"] == "IMMEDIATE"
    assert options["timeout"] >= 20
