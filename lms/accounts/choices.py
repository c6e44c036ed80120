from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Role(models.TextChoices):
    """The four staff groups; a learner is a person without any. The value is the group's name."""

    INSTRUCTOR = "instructor", _("Instructor")
    ADMINISTRATOR = "administrator", _("Administrator")
    MANAGER = "manager", _("Manager")
    COMMITTEE = "committee", _("Scientific committee")


# What an administrator may give; only a superuser makes an administrator.
GIVEN_BY_ADMINISTRATORS = [Role.INSTRUCTOR, Role.MANAGER, Role.COMMITTEE]


class OrganisationKind(models.TextChoices):
    PUBLIC = "public", _("Public body")
    COMPANY = "company", _("Company")
    THIRD_SECTOR = "third_sector", _("Third-sector body")
    UNIVERSITY = "university", _("University or school")
    OTHER = "other", _("Other")


class ConsentKind(models.TextChoices):
    """What a person is asked to agree to; only privacy is needed to have an account."""

    PRIVACY = "privacy", _("Privacy notice")
    NEWS = "news", pgettext_lazy("consent", "News by e-mail")
    PHOTOS = "photos", _("Photographs taken in the house")


class Outcome(models.TextChoices):
    """What erasure does with one kind of data."""

    ERASED = "erased", _("Erased")
    ANONYMISED = "anonymised", _("Kept without your name")
    KEPT = "kept", pgettext_lazy("personal data", "Kept")
