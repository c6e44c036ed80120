from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from lms.core.audit import name_log_actions

name_log_actions(
    {
        "accounts.give_role": (_("Give a role"), _("Role given")),
        "accounts.take_role": (_("Take a role"), _("Role taken")),
        "accounts.deactivate": (_("Close an account"), _("Account closed")),
        "accounts.reactivate": (_("Reopen an account"), _("Account opened again")),
        "accounts.update_profile": (_("Change one's details"), _("Details changed")),
        "accounts.invite": (_("Invite a person"), _("Invited")),
        "accounts.revoke_invitation": (_("Revoke an invitation"), _("Invitation revoked")),
        "accounts.accept_invitation": (_("Accept an invitation"), _("Invitation accepted")),
        "accounts.export": (_("Download one's data"), _("Personal data downloaded")),
        "accounts.erase": (_("Erase a person"), _("Person erased")),
    }
)


class PeopleMenuItem(MenuItem):
    """The link from Wagtail's menu to the site's page of people."""

    def is_shown(self, request):
        return request.user.has_perm("accounts.manage_people")

    def render_component(self, request):
        self.url = reverse("accounts:people")  # the prefix is that of the reader's language
        return super().render_component(request)


@hooks.register("register_admin_menu_item")
def people_menu_item():
    return PeopleMenuItem(_("People and roles"), "#", name="people", icon_name="group", order=520)
