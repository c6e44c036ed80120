from django.db import models
from django.utils.translation import gettext_lazy as _


class Subject(models.TextChoices):
    """The five subjects of the Master Civici; the value is also the course's hue in the style sheet."""

    CODESIGN = "codesign", _("Co-design")
    COMMUNITY = "community", _("Community management")
    FUNDRAISING = "fundraising", _("Fundraising")
    MARKETING = "marketing", _("Marketing of collaborative services")
    CRM = "crm", _("Customer relationship management")


class Audience(models.TextChoices):
    STUDENTS = "students", _("University students")
    MANAGERS = "managers", _("Managers")
    PRIVATE_WORKERS = "private_workers", _("Workers of private organisations")
    PUBLIC_WORKERS = "public_workers", _("Workers of public organisations")


class Completion(models.TextChoices):
    """By what a lesson becomes done, as the lesson says."""

    BUTTON = "button", _("The learner says so with a button")
    READING = "reading", _("Reading to the end")
    CHECKS = "checks", _("Answering every question of “Try yourself”")
    REFLECTIONS = "reflections", _("Writing on every “Think about it”")
    INSTRUCTOR = "instructor", _("The instructor says so")


class ReviewItem(models.TextChoices):
    """What the committee answers for, in the order of its checklist."""

    SCIENTIFIC = "scientific", _("Scientific level")
    CULTURAL = "cultural", _("Cultural level")
    PROFESSIONAL = "professional", _("Professional level")
    SOURCES = "sources", _("Sources")
    ACCESSIBILITY = "accessibility", _("Accessibility")


class Answer(models.TextChoices):
    YES = "yes", _("Yes")
    NO = "no", _("No")
    NOT_APPLICABLE = "not_applicable", _("Does not apply")


class PageState(models.TextChoices):
    """Where a page stands on its way to the public; computed, never stored."""

    DRAFT = "draft", _("draft")
    REVIEW = "review", _("in review")
    SENT_BACK = "sent_back", _("sent back")
    LIVE = "live", _("published")
    CHANGED = "changed", _("published, with changes")


class TranslationState(models.TextChoices):
    """Where the English of an Italian page stands."""

    MISSING = "missing", _("Not translated")
    PARTIAL = "partial", _("Being translated")
    READY = "ready", _("Ready to be submitted")
    REVIEW = "review", _("With the committee")
    CHANGES = "changes", _("Changes requested")
    STALE = "stale", _("The Italian is newer")
    CURRENT = "current", _("Up to date")
