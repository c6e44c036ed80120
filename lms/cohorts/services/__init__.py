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
from lms.cohorts.services.decisions import Decided, decide
from lms.cohorts.services.enrolments import enrol, withdraw
from lms.cohorts.services.feeds import note_reading, renew_feed, revoke_feed
from lms.cohorts.services.fees import (
    add_band,
    correct_payment,
    record_payment,
    remove_band,
    set_amount_due,
    set_cohort_fee,
    set_missing_amounts,
)
from lms.cohorts.services.grants import (
    accept_seat,
    end_grant,
    give_seats,
    invitation_for,
    invite_to_seats,
    take_back_invitation,
)
from lms.cohorts.services.interest import (
    ask_interest,
    confirm_interest,
    forget_interests,
    interest_of,
    note_interest,
    remove_interest,
    tell_interested,
)
from lms.cohorts.services.keys import (
    key_for_code,
    key_for_link,
    make_key,
    renew_link,
    revoke_key,
    use_key,
)
from lms.cohorts.services.offers import answer_offer, close_waiting_list, run_offers
from lms.cohorts.services.opening import cancel_cohort, open_cohort, pin_language
from lms.cohorts.services.phases import lift_override, override_phase
from lms.cohorts.services.planning import Meeting, Move, lay_sessions, move_sessions
from lms.cohorts.services.rankings import make_ranking
from lms.cohorts.services.readings import (
    add_reader,
    assign_readers,
    declare_conflict,
    remove_reader,
    save_reading,
    submit_reading,
)
from lms.cohorts.services.release import (
    OPENING_REASON,
    Release,
    close_again,
    open_early,
    quiz_titles,
    release_modules,
    release_of,
)
from lms.cohorts.services.rerun import rerun_cohort
from lms.cohorts.services.rosters import (
    commit_roster,
    forget_old_rosters,
    forget_roster,
    read_roster,
    receive_roster,
    resume_rosters,
    run_commit,
)
from lms.cohorts.services.rubrics import (
    copy_rubric,
    raise_criterion,
    remove_criterion,
    save_criterion,
    set_selection_rules,
)
from lms.cohorts.services.seats import refuse_seats, set_seats
from lms.cohorts.services.sessions import (
    cancel_session,
    move_session,
    schedule_session,
    schedule_weekly,
)
from lms.cohorts.services.staff import assign_staff, end_staff, remove_staff
from lms.cohorts.services.versions import REASON_LENGTH, Choice, bring_in, refuse_change

__all__ = [
    "OPENING_REASON",
    "REASON_LENGTH",
    "Choice",
    "Decided",
    "Meeting",
    "Move",
    "Release",
    "accept_seat",
    "add_band",
    "add_question",
    "add_reader",
    "admit",
    "admit_all",
    "answer_offer",
    "apply",
    "ask_interest",
    "assign_readers",
    "assign_staff",
    "attach_file",
    "bring_in",
    "cancel_cohort",
    "cancel_session",
    "change_question",
    "close_again",
    "close_waiting_list",
    "commit_roster",
    "confirm_interest",
    "copy_form",
    "copy_rubric",
    "correct_payment",
    "decide",
    "declare_conflict",
    "decline",
    "decline_all",
    "discard_draft",
    "end_grant",
    "end_staff",
    "enrol",
    "forget_drafts",
    "forget_interests",
    "forget_old_rosters",
    "forget_orphans",
    "forget_roster",
    "give_seats",
    "interest_of",
    "invitation_for",
    "invite_to_seats",
    "key_for_code",
    "key_for_link",
    "lay_sessions",
    "lift_override",
    "make_key",
    "make_ranking",
    "move_question",
    "move_session",
    "move_sessions",
    "note_interest",
    "note_reading",
    "open_cohort",
    "open_early",
    "override_phase",
    "pin_language",
    "quiz_titles",
    "raise_criterion",
    "read_roster",
    "receive_roster",
    "record_payment",
    "refuse_change",
    "refuse_seats",
    "release_modules",
    "release_of",
    "remind_drafts",
    "remove_band",
    "remove_criterion",
    "remove_file",
    "remove_interest",
    "remove_question",
    "remove_reader",
    "remove_staff",
    "renew_feed",
    "renew_link",
    "rerun_cohort",
    "resume_rosters",
    "revoke_feed",
    "revoke_key",
    "run_commit",
    "run_offers",
    "save_criterion",
    "save_draft",
    "save_reading",
    "schedule_session",
    "schedule_weekly",
    "set_amount_due",
    "set_cohort_fee",
    "set_missing_amounts",
    "set_parts",
    "set_seats",
    "set_selection_rules",
    "submit_application",
    "submit_reading",
    "take_back_invitation",
    "tell_interested",
    "use_key",
    "withdraw",
    "withdraw_application",
]
