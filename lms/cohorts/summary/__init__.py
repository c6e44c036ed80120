"""What is read of cohorts: their state for the catalogue, the versions of their lessons; one file per noun."""

from lms.cohorts.summary.contents import SyllabusFault, check_cohort, contents_of, fingerprint
from lms.cohorts.summary.difference import BlockChange, Difference, difference_of
from lms.cohorts.summary.editions import (
    FEW_SEATS,
    PublicCohort,
    codes_for,
    course_offers,
    joinable,
    known_cohorts,
    public_cohort,
    upcoming_cohorts,
    uses_of_courses,
)
from lms.cohorts.summary.seats import CohortSeats, PoolSeats, seats_by_pool
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
    "CohortSeats",
    "Difference",
    "NewLesson",
    "PinRow",
    "PoolSeats",
    "PublicCohort",
    "SyllabusFault",
    "VersionsBoard",
    "check_cohort",
    "codes_for",
    "contents_of",
    "course_offers",
    "difference_of",
    "errata_of",
    "fingerprint",
    "joinable",
    "known_cohorts",
    "pin_row",
    "public_cohort",
    "seats_by_pool",
    "upcoming_cohorts",
    "uses_of_courses",
    "version_in_force",
    "versions_board",
    "waiting_versions",
]
