"""An instructor with a course of their own, and a course of somebody else."""

import pytest

from tests.factories import curriculum, people


@pytest.fixture
def mine():
    return curriculum.course("MC-MIO", title="Il mio corso")


@pytest.fixture
def other():
    return curriculum.course("MC-ALTRUI", title="Un corso altrui")


@pytest.fixture
def instructor(mine, other):
    user = people.instructor()
    curriculum.teach(mine, user)
    return user
