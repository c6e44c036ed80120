"""What can be done with a cohort; one file per noun."""

from lms.cohorts.services.admission import (
    admit,
    admit_all,
    decline,
    decline_all,
    withdraw_application,
)
from lms.cohorts.services.application_clock import forget_drafts, remind_drafts
from lms.cohorts.services.application_files import attach_file, forget_orphans, remove_file
from lms.cohorts.services.application_form import (
    add_question,
    change_question,
    copy_form,
    move_question,
    remove_question,
    set_parts,
)
from lms.cohorts.services.applications import (
    apply,
    discard_draft,
    save_draft,
    submit_application,
)
from lms.cohorts.services.enrolments import enrol, withdraw
from lms.cohorts.services.feeds import note_reading, renew_feed, revoke_feed
from lms.cohorts.services.interest import (
    ask_interest,
    confirm_interest,
    forget_interests,
    interest_of,
    note_interest,
    remove_interest,
    tell_interested,
)
from lms.cohorts.services.opening import assign_staff, cancel_cohort, open_cohort, pin_language
from lms.cohorts.services.seats import refuse_seats, set_seats
from lms.cohorts.services.sessions import (
    cancel_session,
    move_session,
    schedule_session,
    schedule_weekly,
)
from lms.cohorts.services.versions import REASON_LENGTH, Choice, bring_in, refuse_change

__all__ = [
    "REASON_LENGTH",
    "Choice",
    "add_question",
    "admit",
    "admit_all",
    "apply",
    "ask_interest",
    "assign_staff",
    "attach_file",
    "bring_in",
    "cancel_cohort",
    "cancel_session",
    "change_question",
    "confirm_interest",
    "copy_form",
    "decline",
    "decline_all",
    "discard_draft",
    "enrol",
    "forget_drafts",
    "forget_interests",
    "forget_orphans",
    "interest_of",
    "move_question",
    "move_session",
    "note_interest",
    "note_reading",
    "open_cohort",
    "pin_language",
    "refuse_change",
    "refuse_seats",
    "remind_drafts",
    "remove_file",
    "remove_interest",
    "remove_question",
    "renew_feed",
    "revoke_feed",
    "save_draft",
    "schedule_session",
    "schedule_weekly",
    "set_parts",
    "set_seats",
    "submit_application",
    "tell_interested",
    "withdraw",
    "withdraw_application",
]
