"""People, the organisations they come from, invitations, and what people agreed to."""

from lms.accounts.models.consent import Consent, ConsentText
from lms.accounts.models.invitation import Invitation
from lms.accounts.models.person import Organisation, User, validate_tax_code

__all__ = ["Consent", "ConsentText", "Invitation", "Organisation", "User", "validate_tax_code"]
