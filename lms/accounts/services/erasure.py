"""Erasing a person: what may go goes, what must stay is closed away and explained."""

import datetime

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry

from lms.accounts.choices import Outcome
from lms.accounts.models import User
from lms.accounts.privacy import Holding, erase_all
from lms.core.errors import DomainError

# Consents alone do not need the person's name.
NAMELESS = frozenset({"accounts.Consent"})


@transaction.atomic
def erase_person(*, person: User, by: User, at: datetime.datetime | None = None) -> list[Holding]:
    """Erase what may be erased and close the account; returns the decision table as carried out.

    The row of the account stays, emptied, since registers and logs point at it. Names stay only when
    records must be kept under them (signed registers, certificates). Erasing twice does nothing more.
    Refuses with `has_role`: who works on the platform gives the roles back first.
    """
    person = User.objects.select_for_update().get(pk=person.pk)
    if person.erased_at:
        return []
    if person.is_superuser or person.roles:
        raise DomainError(
            _("You still have a role on the platform: ask an administrator to take it back first."),
            "has_role",
        )
    carried_out = erase_all(person)
    names_stay = any(
        holding.outcome == Outcome.KEPT and holding.model not in NAMELESS for holding in carried_out
    )
    log(
        person,
        "accounts.erase",
        user=by,
        data={"rows": {holding.model: [holding.rows, holding.outcome] for holding in carried_out}},
    )
    names = {person.email, str(person)}
    _empty(person, names_stay, at or timezone.now())
    _unname_log(person, names)
    return carried_out


def _empty(person: User, names_stay: bool, now: datetime.datetime) -> None:
    person.email = f"erased-{person.pk}@erased.invalid"
    person.display_name = ""
    if not names_stay:
        person.first_name = person.last_name = person.tax_code = ""
    person.is_active = False
    person.erased_at = now
    person.last_login = None
    person.set_unusable_password()
    person.groups.clear()
    person.save()


def _unname_log(person: User, names: set[str]) -> None:
    """The audit trail stays; its labels were copies of the name or the address."""
    mine = ContentType.objects.get_for_model(User)
    ModelLogEntry.objects.filter(
        Q(content_type=mine, object_id=str(person.pk)) | Q(label__in=names)
    ).update(label=f"#{person.pk}")
