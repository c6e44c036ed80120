"""Which model permissions each role's group has, as data; and the function that brings groups in line.

A new permission needs one line here. What depends on a row (an own course, an own cohort) is not here: it
is asked by `rules.py` of the package that owns the row, or by Wagtail's policy for pages
(`curriculum.permissions`). Nobody but a superuser gets Wagtail's user and group management.
"""

from dataclasses import dataclass

from django.apps import apps as installed_apps

from lms.accounts.choices import Role

ACCESS = ["wagtailadmin.access_admin"]
QUIZZES = [
    "assessment.add_assessment",
    "assessment.change_assessment",
    "assessment.view_assessment",
    "assessment.add_question",
    "assessment.change_question",
    "assessment.view_question",
]

ROLE_PERMISSIONS: dict[str, list[str]] = {
    Role.INSTRUCTOR: [
        *ACCESS,
        *QUIZZES,
    ],
    Role.ADMINISTRATOR: [
        *ACCESS,
        # Editions and the people in them.
        "cohorts.add_cohort",
        "cohorts.change_cohort",
        "cohorts.view_cohort",
        "cohorts.add_cohortstaff",
        "cohorts.change_cohortstaff",
        "cohorts.delete_cohortstaff",
        "cohorts.view_cohortstaff",
        "cohorts.add_managerassignment",
        "cohorts.change_managerassignment",
        "cohorts.delete_managerassignment",
        "cohorts.view_managerassignment",
        "cohorts.add_closure",
        "cohorts.change_closure",
        "cohorts.delete_closure",
        "cohorts.view_closure",
        "cohorts.add_room",
        "cohorts.change_room",
        "cohorts.view_room",
        "cohorts.add_classsession",
        "cohorts.change_classsession",
        "cohorts.view_classsession",
        "cohorts.change_application",
        "cohorts.view_application",
        "cohorts.add_enrolment",
        "cohorts.change_enrolment",
        "cohorts.view_enrolment",
        "accounts.add_organisation",
        "accounts.change_organisation",
        "accounts.view_organisation",
        # Learning and its proof.
        *QUIZZES,
        "certificates.view_certificate",
        "reports.view_report",
        # The hub's own lists.
        "cms.add_partner",
        "cms.change_partner",
        "cms.delete_partner",
        "cms.view_partner",
        "cms.add_committeemember",
        "cms.change_committeemember",
        "cms.delete_committeemember",
        "cms.view_committeemember",
        "cms.add_topic",
        "cms.change_topic",
        "cms.delete_topic",
        "cms.view_topic",
        "cms.change_helprequest",
        "cms.view_helprequest",
        "wagtailredirects.add_redirect",
        "wagtailredirects.change_redirect",
        "wagtailredirects.delete_redirect",
    ],
    Role.MANAGER: [
        *ACCESS,
        "reports.view_report",
    ],
    Role.COMMITTEE: [
        *ACCESS,
    ],
}

# On Wagtail's root collection, which holds all pictures and documents. `add` lets people change their own.
ROLE_COLLECTION_PERMISSIONS: dict[str, list[str]] = {
    Role.INSTRUCTOR: [
        "wagtailimages.add_image",
        "wagtailimages.choose_image",
        "wagtaildocs.add_document",
        "wagtaildocs.choose_document",
    ],
    Role.ADMINISTRATOR: [
        "wagtailimages.add_image",
        "wagtailimages.change_image",
        "wagtailimages.choose_image",
        "wagtaildocs.add_document",
        "wagtaildocs.change_document",
        "wagtaildocs.choose_document",
    ],
}


@dataclass(frozen=True)
class Synced:
    """What `sync_roles` found: permissions given in all, and names that no installed model has."""

    given: int
    unknown: tuple[str, ...]


def sync_roles(*, apps=installed_apps, exact: bool = True) -> Synced:
    """Make the four groups and give them their permissions; `exact` also takes every other one away.

    Idempotent, and safe before `post_migrate`: content types and permissions that Django has not made
    yet are made here. Inside a migration pass its historical `apps`. A permission whose model does not
    exist (yet) is skipped and named in the answer.
    """
    group_model = apps.get_model("auth", "Group")
    given, unknown = 0, []
    for role in Role.values:
        group, _made = group_model.objects.get_or_create(name=role)
        found = []
        for name in ROLE_PERMISSIONS[role]:
            permission = _permission(apps, name)
            if permission is None:
                unknown.append(name)
            else:
                found.append(permission)
        if exact:
            group.permissions.set(found)
        else:
            group.permissions.add(*found)
        given += len(found)
        given += _sync_collections(apps, group, ROLE_COLLECTION_PERMISSIONS.get(role, []), exact)
    return Synced(given, tuple(sorted(set(unknown))))


def _sync_collections(apps, group, names: list[str], exact: bool) -> int:
    rows = apps.get_model("wagtailcore", "GroupCollectionPermission").objects
    root = apps.get_model("wagtailcore", "Collection").objects.filter(depth=1).first()
    if root is None:
        return 0
    found = [permission for name in names if (permission := _permission(apps, name))]
    for permission in found:
        rows.get_or_create(group=group, collection=root, permission=permission)
    if exact:
        rows.filter(group=group).exclude(collection=root, permission__in=found).delete()
    return len(found)


def _permission(apps, name: str):
    """The Permission `app.codename`, made when missing; None when its model is not installed."""
    app_label, codename = name.split(".")
    permissions = apps.get_model("auth", "Permission").objects
    known = permissions.filter(codename=codename, content_type__app_label=app_label).first()
    if known:
        return known
    action, _sep, model_name = codename.rpartition("_")
    try:
        # The real registry, not the migration's: a model of a later migration is known here already.
        model = installed_apps.get_model(app_label, model_name)
    except LookupError:
        return None
    content_type, _made = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label=app_label, model=model_name
    )
    return permissions.create(
        content_type=content_type,
        codename=codename,
        name=dict(model._meta.permissions).get(
            codename, f"Can {action} {model._meta.verbose_name_raw}"
        ),
    )
