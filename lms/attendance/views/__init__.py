"""The register, the totals of a cohort, a learner's own minutes. No access answers like an unknown address."""

from lms.attendance.views.register import register
from lms.attendance.views.totals import mine, overview

__all__ = ["mine", "overview", "register"]
