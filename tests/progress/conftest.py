import pytest

from tests.factories import cohorts


@pytest.fixture
def enrolment():
    return cohorts.learner(cohorts.cohort())
