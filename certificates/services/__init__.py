"""What can be done with certificates: register, produce, supersede, revoke, and a whole cohort at once."""

from certificates.services.cohorts import (
    JOB_KIND,
    issue_for_cohort,
    resume_jobs,
    run_cohort_job,
)
from certificates.services.production import (
    MAX_ATTEMPTS,
    produce,
    produce_waiting,
    request_production,
)
from certificates.services.register import issue, register, revoke, supersede

__all__ = [
    "JOB_KIND",
    "MAX_ATTEMPTS",
    "issue",
    "issue_for_cohort",
    "produce",
    "produce_waiting",
    "register",
    "request_production",
    "resume_jobs",
    "revoke",
    "run_cohort_job",
    "supersede",
]
