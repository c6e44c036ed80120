import logging

import pytest
from django.core.management import call_command
from wagtail.models import Page

from lms.core.management.commands.run_clock import due_work, run_work
from lms.core.registries import DueWork, register_due_work, registries

DATABASE_TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}


@pytest.fixture
def own_registry(monkeypatch):
    """A registry of due work that this test may fill."""
    monkeypatch.setattr(registries, "due_work", {})


@pytest.mark.django_db
def test_clock_once_runs_every_work(own_registry, settings):
    settings.TASKS = DATABASE_TASKS
    rung = []
    register_due_work(DueWork("test.first", 1, lambda: rung.append("first")))
    register_due_work(DueWork("test.second", 3600, lambda: rung.append("second")))
    call_command("run_clock", once=True)
    assert rung == ["first", "second"]


@pytest.mark.django_db
def test_clock_work_that_fails_is_logged_and_stops_nothing(own_registry, settings, caplog, capsys):
    settings.TASKS = DATABASE_TASKS
    rung = []

    def fail():
        raise ValueError("no paper left")

    register_due_work(DueWork("test.fails", 1, fail))
    register_due_work(DueWork("test.after", 1, lambda: rung.append("after")))
    with caplog.at_level(logging.ERROR), pytest.raises(SystemExit):
        call_command("run_clock", once=True)
    assert rung == ["after"]
    assert [record.getMessage() for record in caplog.records] == [
        "The clock's work test.fails failed"
    ]
    assert "no paper left" in caplog.text
    assert capsys.readouterr().err == "Failed: test.fails\n"


@pytest.mark.django_db
def test_clock_publishes_what_is_scheduled():
    from django.utils import timezone

    root = Page.objects.get(depth=1)
    page = root.add_child(instance=Page(title="Domani", slug="domani", live=False))
    page.go_live_at = timezone.now() - timezone.timedelta(minutes=1)
    revision = page.save_revision(approved_go_live_at=page.go_live_at)
    assert revision.approved_go_live_at is not None
    [publish] = [work for work in due_work() if work.name == "wagtail.publish_scheduled"]
    assert (publish.every, run_work(publish)) == (60, True)
    page.refresh_from_db()
    assert page.live is True
    assert run_work(publish) is True


def test_clock_names_are_unique():
    names = [work.name for work in due_work()]
    assert sorted(names) == sorted(set(names))
