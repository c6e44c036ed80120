import pytest

from tests.factories import cohorts
from tests.factories.assessment import quiz


@pytest.fixture
def enrolment():
    return cohorts.learner(cohorts.cohort())


@pytest.fixture
def assessment(enrolment):
    return quiz(enrolment.cohort.course)
