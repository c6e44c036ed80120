"""What is read of cohorts: their state for the catalogue, the versions of their lessons; one file per noun."""

from lms.cohorts.summary.contents import SyllabusFault, check_cohort, contents_of, fingerprint
from lms.cohorts.summary.difference import BlockChange, Difference, difference_of
from lms.cohorts.summary.editions import (
    FEW_SEATS,
    PublicCohort,
    joinable,
    public_cohort,
    upcoming_cohorts,
)
from lms.cohorts.summary.versions import (
    NewLesson,
    PinRow,
    VersionsBoard,
    errata_of,
    pin_row,
    version_in_force,
    versions_board,
    waiting_versions,
)

__all__ = [
    "FEW_SEATS",
    "BlockChange",
    "Difference",
    "NewLesson",
    "PinRow",
    "PublicCohort",
    "SyllabusFault",
    "VersionsBoard",
    "check_cohort",
    "contents_of",
    "difference_of",
    "errata_of",
    "fingerprint",
    "joinable",
    "pin_row",
    "public_cohort",
    "upcoming_cohorts",
    "version_in_force",
    "versions_board",
    "waiting_versions",
]
