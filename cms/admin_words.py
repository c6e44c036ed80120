"""Words of Wagtail's admin that its Italian catalogue lacks or leaves in English: collected here for ours.

Django asks the catalogue of LOCALE_PATHS first, so ours answers for the same English text.
"""

from django.utils.translation import gettext_noop as _

WORDS = [
    _("Dashboard"),
    _("Live version"),
    _("live"),
    _("Live"),
    _("Minimap"),
    _("Default"),
    _("Actions (footer)"),
    _("Add a concise description for search engines"),
    _("Add a locale"),
    _("Anyone"),
    _("A network error occurred"),
    _("Locked by"),
    _("Meta description is empty"),
    _(
        "Troubleshoot your connection to the site before proceeding. Open the editor in a separate tab "
        "to view the last saved version."
    ),
    _("View latest version"),
    _("%(start_index)s-%(end_index)s of %(items_count)s %(model_name)s"),
    _("%(start_index)s-%(end_index)s of %(items_count)s %(model_name)s across entire site."),
    _(
        "%(start_index)s-%(end_index)s of %(items_count)s %(model_name)s in "
        "'<span class=\"w-title-ellipsis\">%(title)s</span>'."
    ),
]
