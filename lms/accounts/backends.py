from django.contrib.auth.backends import BaseBackend

from lms.core.registries import registries


class RulesBackend(BaseBackend):
    """Answers `user.has_perm(permission, obj)` from the predicates that packages registered.

    It only ever adds: a permission without a predicate is left to the model backend.
    """

    def has_perm(self, user_obj, perm, obj=None):
        predicate = registries.permission_rules.get(perm)
        return bool(predicate and user_obj.is_active and predicate(user_obj, obj))
