"""What can be done with the ledger of presence; one file per noun."""

from lms.attendance.services.entries import Entry, absent, between, whole
from lms.attendance.services.facts import (
    record_credit,
    record_excuse,
    record_make_up,
    remove_credit,
)
from lms.attendance.services.register import (
    listed_on,
    mark_all_present,
    mark_register,
    sign_register,
)

__all__ = [
    "Entry",
    "absent",
    "between",
    "listed_on",
    "mark_all_present",
    "mark_register",
    "record_credit",
    "record_excuse",
    "record_make_up",
    "remove_credit",
    "sign_register",
    "whole",
]
