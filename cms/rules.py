"""Who may do what with the hub's tables."""

from wagtail.permission_policies import ModelPermissionPolicy


class HelpRequestPermissionPolicy(ModelPermissionPolicy):
    """Requests come from the public form only: nobody adds one in the admin, or deletes one.

    A person's data are erased through the privacy page, which keeps the count (`erase_help_requests`).
    """

    def user_has_permission(self, user, action):
        return action not in ("add", "delete") and super().user_has_permission(user, action)

    def users_with_any_permission(self, actions):
        return super().users_with_any_permission(set(actions) - {"add", "delete"})
