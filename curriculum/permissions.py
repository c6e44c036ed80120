"""Who edits which page, answered from rows that exist anyway: no group per course, nothing to keep in step.

- Instructors add and change below the courses that they teach (`CourseInstructor`), in every language.
- Administrators add and change everywhere, and publish the hub's sections and home pages.
- `publish` below the catalogue goes to nobody: the committee's workflow publishes (`curriculum.review`).
- Committee members see the catalogue in the explorer; the workflow opens the editor for what they review.

Wagtail's tester reads the permissions that this policy returns and matches them by path, so a permission
holds for a page and everything below it. That is why `publish` is given per section: given on the home page
it would flow into the catalogue. The home page itself has a policy of its own class.
"""

from posixpath import commonprefix
from typing import Any, cast

from django.contrib.auth import get_permission_codename, get_user_model
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, QuerySet
from wagtail.models import GroupPagePermission, Page
from wagtail.permission_policies.pages import PagePermissionPolicy
from wagtail.permissions import register_permission_policy

from cms.models import HomePage
from curriculum.models import Catalogue, Course, CourseInstructor
from lms.accounts.choices import Role
from lms.accounts.models import User

SECTION_DEPTH = 3
EDIT = ("add", "change")
# Codenames that open the explorer; `view` is ours, for the committee.
EXPLORE = frozenset({"add", "change", "publish", "lock", "unlock", "bulk_delete", "view"})


class HubPagePolicy(PagePermissionPolicy):
    """Wagtail's own policy (stored rows) and what follows from roles and from courses taught."""

    def get_all_permissions_for_user(self, user) -> list[GroupPagePermission]:
        if not user.is_active or user.is_anonymous or user.is_superuser:
            return []
        return [*super().get_all_permissions_for_user(user), *self.derived_permissions(user)]

    def derived_permissions(self, user: User) -> list[GroupPagePermission]:
        rows: list[GroupPagePermission] = []
        if user.has_role(Role.ADMINISTRATOR):
            pages = list(hub_top())
            cast(Any, user).top_pages = pages  # remembered for the explorer, within the request
            home = ContentType.objects.get_for_model(HomePage).pk
            for page in pages:
                if page.content_type_id == home:
                    rows += [_row(page, action) for action in EDIT]
                elif page.depth == SECTION_DEPTH:
                    rows.append(_row(page, "publish"))
        if user.has_role(Role.INSTRUCTOR):
            rows += [
                _row(page, action) for page in CourseInstructor.courses_of(user) for action in EDIT
            ]
        if user.has_role(Role.COMMITTEE):
            rows += [_row(page, "view") for page in Catalogue.objects.all()]
        return rows

    # --- The explorer ---------------------------------------------------------------------

    def user_has_any_permission(self, user, actions):
        # Who asks for `lock` and `unlock` along with the rest asks whether to show the explorer at all.
        wanted = set(actions)
        if {"lock", "unlock"} <= wanted:
            wanted.add("view")
        return super().user_has_any_permission(user, wanted)

    def instances_with_direct_explore_permission(self, user):
        if user.is_superuser:
            return super().instances_with_direct_explore_permission(user)
        return [
            row.page
            for row in self.get_cached_permissions_for_user(user)
            if _action(row.permission.codename) in EXPLORE
        ]

    def explorable_root_instance(self, user):
        """Wagtail's answer, without its query where the page was read for the permissions."""
        name = self._explorable_root_instance_cache_name
        if not user.is_superuser and not hasattr(user, name):
            pages = self.instances_with_direct_explore_permission(user)
            known = {page.path: page for page in getattr(user, "top_pages", ())}
            top = commonprefix([page.path for page in pages])
            top = top[: len(top) - len(top) % Page.steplen]
            if top in known:
                setattr(user, name, known[top])
        return super().explorable_root_instance(user)

    def explorable_instances(self, user):
        known = self._base_queryset_for_user(user)
        if known is not None:
            return known
        pages = self.instances_with_direct_explore_permission(user)
        if not pages:
            return self.model._default_manager.none()
        explorable = self.instances_user_has_any_permission_for(user, EXPLORE)
        for page in pages:
            explorable |= self.model._default_manager.ancestor_of(page)
        top = self.model.base_page_model.objects.first_common_ancestor_of(pages, include_self=True)
        return explorable.filter(path__startswith=top.path)

    # --- The other way round: whom does a page concern ----------------------------------------

    def users_with_any_permission(self, actions, include_superusers=True):
        users = super().users_with_any_permission(actions, include_superusers)
        wanted = _with_add(actions)
        return users | _active(self._by_role(wanted, publishing="publish" in wanted, courses=None))

    def users_with_any_permission_for_instance(self, actions, instance, include_superusers=True):
        users = super().users_with_any_permission_for_instance(
            actions, instance, include_superusers
        )
        ancestors = instance.get_ancestors(inclusive=True)
        if not HomePage.objects.filter(pk__in=ancestors.values("pk")).exists():
            return users
        in_catalogue = Catalogue.objects.filter(pk__in=ancestors.values("pk")).exists()
        courses = Course.objects.filter(pk__in=ancestors.values("pk"))
        publishing = "publish" in actions and not in_catalogue
        return users | _active(self._by_role(set(actions), publishing=publishing, courses=courses))

    def _by_role(self, actions: set[str], *, publishing: bool, courses: QuerySet | None) -> Q:
        found = Q(pk__in=[])
        if publishing or actions & set(EDIT):
            found |= Q(groups__name=Role.ADMINISTRATOR)
        if actions & set(EDIT):
            rows = CourseInstructor.objects.all()
            if courses is not None:
                rows = rows.filter(course__translation_key__in=courses.values("translation_key"))
            found |= Q(groups__name=Role.INSTRUCTOR, pk__in=rows.values("user"))
        return found


class HomePagePolicy(HubPagePolicy):
    """For home pages alone: administrators publish them, and sections directly below."""

    permission_cache_name = "_home_page_permission_cache"

    def derived_permissions(self, user: User) -> list[GroupPagePermission]:
        rows = super().derived_permissions(user)
        if user.has_role(Role.ADMINISTRATOR):
            rows += [_row(page, "publish") for page in HomePage.objects.all()]
        return rows


def hub_top() -> QuerySet[Page]:
    """The root, the home pages and the sections right below them, without the catalogues."""
    return Page.objects.filter(depth__lte=SECTION_DEPTH).not_exact_type(Catalogue)


def register() -> None:
    register_permission_policy(Page, HubPagePolicy())
    register_permission_policy(HomePage, HomePagePolicy(HomePage))


def _row(page: Page, action: str) -> GroupPagePermission:
    """A permission that is nowhere stored. Only its page and its codename are ever read."""
    permission = Permission(
        codename=get_permission_codename(action, Page._meta),
        content_type=ContentType.objects.get_for_model(Page),
    )
    return GroupPagePermission(page=page, permission=permission)


def _action(codename: str) -> str:
    return codename.rpartition("_")[0]


def _with_add(actions) -> set[str]:
    """Who may add may change their own pages: Wagtail's rule of ownership."""
    return {*actions, "add"} if "change" in actions else set(actions)


def _active(condition: Q) -> QuerySet[User]:
    return get_user_model()._default_manager.filter(is_active=True).filter(condition).distinct()
