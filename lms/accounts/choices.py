from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """The four staff groups; a learner is a person without any. The value is the group's name."""

    INSTRUCTOR = "instructor", _("Instructor")
    ADMINISTRATOR = "administrator", _("Administrator")
    MANAGER = "manager", _("Manager")
    COMMITTEE = "committee", _("Scientific committee")


class OrganisationKind(models.TextChoices):
    PUBLIC = "public", _("Public body")
    COMPANY = "company", _("Company")
    THIRD_SECTOR = "third_sector", _("Third-sector body")
    UNIVERSITY = "university", _("University or school")
    OTHER = "other", _("Other")
