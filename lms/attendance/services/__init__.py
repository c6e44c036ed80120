"""What can be done with the ledger of presence; one file per noun."""

from lms.attendance.services.entries import Entry, absent, between, usual_channel, whole
from lms.attendance.services.facts import (
    record_credit,
    record_excuse,
    record_make_up,
    remove_credit,
)
from lms.attendance.services.refusals import OPENS_BEFORE
from lms.attendance.services.register import (
    mark_all_present,
    mark_register,
    sign_register,
)

__all__ = [
    "OPENS_BEFORE",
    "Entry",
    "absent",
    "between",
    "mark_all_present",
    "mark_register",
    "record_credit",
    "record_excuse",
    "record_make_up",
    "remove_credit",
    "sign_register",
    "usual_channel",
    "whole",
]
