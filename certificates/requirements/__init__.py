"""What a certificate asks and how far a learner is: each rule explains itself in minutes, marks and names.

Feeds the learner's page, the admin and the decision; reads the ledgers, writes nothing.
"""

from certificates.requirements.judging import Requirement, all_met, judge
from certificates.requirements.ledgers import Ledgers, ledgers_of
from certificates.requirements.standings import (
    requirements_for,
    requirements_of_cohort,
    standings_of,
)
from certificates.requirements.words import explain

__all__ = [
    "Ledgers",
    "Requirement",
    "all_met",
    "explain",
    "judge",
    "ledgers_of",
    "requirements_for",
    "requirements_of_cohort",
    "standings_of",
]
