"""What can be done with people: invite, give roles, agree, change a profile, erase."""

from lms.accounts.services.arrivals import Newcomer, bring_in_people
from lms.accounts.services.consents import give_consent, record_consents, withdraw_consent
from lms.accounts.services.erasure import erase_person
from lms.accounts.services.invitations import (
    accept_invitation,
    invite_person,
    join_with_invitation,
    revoke_invitation,
)
from lms.accounts.services.people import (
    deactivate_person,
    give_role,
    reactivate_person,
    take_role,
    update_profile,
)

__all__ = [
    "Newcomer",
    "accept_invitation",
    "bring_in_people",
    "deactivate_person",
    "erase_person",
    "give_consent",
    "give_role",
    "invite_person",
    "join_with_invitation",
    "reactivate_person",
    "record_consents",
    "revoke_invitation",
    "take_role",
    "update_profile",
    "withdraw_consent",
]
