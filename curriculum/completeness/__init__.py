"""What a page of a course still lacks, read from raw data: drafts as well as published text.

Pure: no query is made. Whoever asks looks up once, for many pages, which links lead somewhere (`Known`).
Links to other sites are not followed.
"""

from curriculum.completeness.bodies import body_issues
from curriculum.completeness.issues import Issue
from curriculum.completeness.pages import course_issues, lesson_issues, module_issues, outcomes_of
from curriculum.completeness.raw import STREAMS, blocks_of
from curriculum.completeness.references import Known, References, references_of

__all__ = [
    "STREAMS",
    "Issue",
    "Known",
    "References",
    "blocks_of",
    "body_issues",
    "course_issues",
    "lesson_issues",
    "module_issues",
    "outcomes_of",
    "references_of",
]
