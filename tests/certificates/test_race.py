"""Two hundred certificates from four connections: numbers without gap or repeat."""

import pytest
from django.utils import timezone

from certificates import services
from certificates.choices import Kind
from certificates.models import Certificate
from lms.core.errors import DomainError
from tests.factories import certificates

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
CONNECTIONS, EACH = 4, 50


@pytest.mark.slow
def test_two_hundred_certificates_from_four_connections(run_together):
    _cohort, enrolments = certificates.finished_cohort(learners=CONNECTIONS * EACH, seats=200)
    shares = [enrolments[start::CONNECTIONS] for start in range(CONNECTIONS)]

    def issue(share):
        return lambda: [
            services.register(enrolment=one, kind=Kind.ATTENDANCE, by=None).number for one in share
        ]

    results = run_together([issue(share) for share in shares])
    assert [len(r) if isinstance(r, list) else r for r in results] == [EACH] * CONNECTIONS
    assert sorted(number for r in results for number in r) == list(range(1, 201))


def test_one_learner_from_four_connections_gets_one_certificate(run_together):
    _cohort, [enrolment] = certificates.finished_cohort()

    def issue():
        try:
            return services.register(enrolment=enrolment, kind=Kind.ATTENDANCE, by=None).number
        except DomainError as refusal:
            return refusal.code

    assert run_together([issue] * 4) == [1] * 4
    row = Certificate.objects.get()
    assert row.year == timezone.localdate().year


@pytest.mark.slow
def test_two_workers_make_one_file(run_together):
    row = certificates.issued(produced=False)

    def produce():
        return services.produce(certificate=Certificate.objects.get(pk=row.pk)).sha256

    hashes = run_together([produce] * 2)
    row.refresh_from_db()
    assert hashes == [row.sha256] * 2
