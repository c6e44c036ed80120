import hashlib
import io
from datetime import timedelta

import pytest
from django.core import mail
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.utils import timezone
from pypdf import PdfReader

from certificates import document, services
from certificates.choices import Kind
from certificates.models import Certificate
from lms.core.errors import DomainError
from lms.core.models import Job
from lms.core.pdf import PdfRefused
from tests.factories import certificates, people

pytestmark = pytest.mark.django_db


def stored(row) -> bytes:
    with storages["certificates"].open(row.file) as file:
        return file.read()


def test_produce_stores_the_bytes_it_hashed():
    row = certificates.issued("microcredenziale")
    content = stored(row)
    assert (hashlib.sha256(content).hexdigest(), len(content)) == (row.sha256, row.size)
    assert row.template_version.startswith("microcredenziale-")
    assert row.facts["holder"]["name"] in PdfReader(io.BytesIO(content)).metadata.title


def test_produce_twice_keeps_the_first_file(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        row = certificates.issued()
        before = (row.file, row.sha256, row.produced_at)
        again = services.produce(certificate=Certificate.objects.get(pk=row.pk))
    assert (again.file, again.sha256, again.produced_at) == before
    assert len(mail.outbox) == 1


def test_half_a_file_left_by_a_killed_worker_is_replaced(monkeypatch):
    row = certificates.issued(produced=False)
    content = document.render(row.facts)
    monkeypatch.setattr("certificates.services.production.render", lambda facts: content)
    digest = hashlib.sha256(content).hexdigest()
    name = f"{row.year}/{row.number:06d}-{row.uuid.hex[:8]}-{digest[:16]}.pdf"
    storages["certificates"].save(name, ContentFile(content[:100]))
    row = services.produce(certificate=row)
    assert (row.file, stored(row)) == (name, content)


def test_a_drawing_that_fails_keeps_the_number_and_is_tried_again(
    monkeypatch, django_capture_on_commit_callbacks
):
    row = certificates.issued(produced=False)

    def broken(facts):
        raise PdfRefused("Refused: https://example.org/")

    with monkeypatch.context() as patch:
        patch.setattr("certificates.services.production.render", broken)
        with pytest.raises(PdfRefused):
            services.produce(certificate=row)
    row.refresh_from_db()
    assert (row.number, row.is_produced, row.attempts) == (1, False, 1)
    assert "Refused" in row.production_error
    assert mail.outbox == []
    assert services.produce_waiting() == 0  # too early: it may still be at work
    with django_capture_on_commit_callbacks(execute=True):
        assert services.produce_waiting(now=timezone.now() + timedelta(minutes=5)) == 1
    row.refresh_from_db()
    assert (row.is_produced, row.production_error, row.number) == (True, "", 1)
    assert len(mail.outbox) == 1
    assert services.produce_waiting(now=timezone.now() + timedelta(minutes=9)) == 0


def test_a_template_edited_later_changes_nothing_issued(monkeypatch, client):
    row = certificates.issued()
    before = stored(row)
    monkeypatch.setattr("certificates.services.production.render", lambda facts: b"%PDF another")
    services.produce(certificate=row)
    client.force_login(row.enrolment.user)
    answer = client.get(row.get_absolute_url())
    assert b"".join(answer.streaming_content) == before
    assert Certificate.objects.get().sha256 == hashlib.sha256(before).hexdigest()


@pytest.mark.slow
def test_a_cohort_is_served_by_one_job(django_capture_on_commit_callbacks):
    administrator = people.administrator()
    cohort, enrolments = certificates.finished_cohort(learners=3)
    nameless = enrolments[1].user
    nameless.first_name = ""
    nameless.save()
    with django_capture_on_commit_callbacks(execute=True):
        job = services.issue_for_cohort(cohort=cohort, kind=Kind.ATTENDANCE, by=administrator)
    job.refresh_from_db()
    assert (job.status, job.done, job.total) == (Job.Status.DONE, 3, 3)
    assert [row["enrolment"] for row in job.data["refused"]] == [enrolments[1].pk]
    rows = Certificate.objects.order_by("number")
    assert [row.number for row in rows] == [1, 2]
    assert all(row.is_produced and row.issued_by == administrator for row in rows)
    assert len(mail.outbox) == 2


@pytest.mark.slow
def test_a_cohort_job_goes_on_where_it_was_killed(django_capture_on_commit_callbacks):
    cohort, enrolments = certificates.finished_cohort(learners=3)
    job = services.issue_for_cohort(cohort=cohort, kind=Kind.ATTENDANCE, by=None)
    same = services.issue_for_cohort(cohort=cohort, kind=Kind.ATTENDANCE, by=None)
    assert same == job
    # Killed after the first certificate, before the step was counted.
    first = job.data["enrolments"][0]
    services.register(
        enrolment=next(e for e in enrolments if e.pk == first), kind=Kind.ATTENDANCE, by=None
    )
    assert services.resume_jobs() == 0
    with django_capture_on_commit_callbacks(execute=True):
        assert services.resume_jobs(now=timezone.now() + timedelta(minutes=6)) == 1
    job.refresh_from_db()
    assert (job.done, job.status) == (3, Job.Status.DONE)
    assert sorted(Certificate.objects.values_list("number", flat=True)) == [1, 2, 3]
    assert services.run_cohort_job(job_id=job.pk).done == 3


def test_a_cohort_without_anyone_due_is_refused():
    cohort, _enrolments = certificates.finished_cohort()
    with pytest.raises(DomainError) as refusal:
        services.issue_for_cohort(cohort=cohort, kind=Kind.MICROCREDENTIAL, by=None)
    assert refusal.value.code == "nobody_meets"
