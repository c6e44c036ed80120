"""Words of Wagtail's screens that we say better in Italian.

Nothing imports this: the strings stand here so that they are collected into our catalogue, which goes before
Wagtail's own.
"""

from django.utils.translation import gettext_noop as _

WORDS = (
    _("go live date/time"),
    _("expiry date/time"),
    _("Go live date/time must be before expiry date/time"),
    _("Anyone with editing permissions can create schedules"),
    _("But only those with publishing permissions can make them effective."),
    _("Set publishing schedule"),
    _("No publishing schedule set"),
    _("Once live anyone can view"),
    _("Go-live:"),
    _("Expiry:"),
    _("scheduled"),
)
