"""The ledger of presence: intervals, the sheets they stand on, and the facts that explain a lack of them.

Absence is not stored: it is the lack of intervals on a session whose register was taken.
"""

from lms.attendance.models.facts import Credit, Excuse, MakeUp
from lms.attendance.models.register import PresenceInterval, RegisterSheet

__all__ = ["Credit", "Excuse", "MakeUp", "PresenceInterval", "RegisterSheet"]
