from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from lms.accounts.models import User
from lms.community.models import MailPreference
from lms.community.summary import choices_of
from lms.core.errors import DomainError
from lms.core.registries import MailKind


def choose_mails(*, user: User, wanted: Mapping[str, bool]) -> list[str]:
    """Record what a person wants of each kind named in `wanted`; the names of those that changed.

    Mandatory kinds and kinds that do not concern the person are left alone.
    """
    changed = []
    with transaction.atomic():
        for choice in choices_of(user):
            name = choice.kind.name
            if choice.kind.mandatory or name not in wanted or wanted[name] == choice.wanted:
                continue
            _record(user, name, wanted[name])
            changed.append(name)
        if changed:
            data = {name: wanted[name] for name in changed}
            log(user, "community.choose_mails", user=user, data=data)
    return changed


def choose_by_link(*, user: User, kind: MailKind, wanted: bool) -> None:
    """The choice of a mail's own link, which asks for no login; again changes nothing. Refused with `mandatory`."""
    if kind.mandatory:
        raise DomainError(_("These mails cannot be switched off."), "mandatory")
    current = MailPreference.objects.filter(user=user, kind=kind.name).first()
    if (current.wanted if current else kind.default) == wanted:
        return
    with transaction.atomic():
        _record(user, kind.name, wanted)
        log(user, "community.choose_mails", user=user, data={kind.name: wanted, "link": True})


def _record(user: User, kind: str, wanted: bool) -> None:
    MailPreference.objects.update_or_create(user=user, kind=kind, defaults={"wanted": wanted})
