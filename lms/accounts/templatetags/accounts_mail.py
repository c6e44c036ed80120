"""Opens a sealed mail while it is rendered."""

import datetime

from django import template

from lms.accounts import mail

register = template.Library()


@register.simple_tag
def unseal(sealed: str) -> dict:
    """`{% unseal sealed as mail %}`: the content that `queue_sealed_mail` sealed; dates as datetimes."""
    return {
        name: datetime.datetime.fromisoformat(value) if name.endswith("_at") else value
        for name, value in mail.unseal(sealed).items()
    }
