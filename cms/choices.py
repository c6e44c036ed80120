"""Fixed vocabularies of the hub's pages; what editors may extend is a snippet (`Topic`)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class EventLevel(models.TextChoices):
    PROFESSIONAL = "professional", _("Professional")
    POPULAR = "popular", _("Open to all")


class EventFormat(models.TextChoices):
    LESSON = "lesson", _("Public lesson")
    CASE = "case", _("Case study")
    WORKSHOP = "workshop", _("Workshop")
    OPEN_DAY = "open_day", _("Open day")
    TALK = "talk", _("Meeting")


class EventAudience(models.TextChoices):
    EVERYONE = "everyone", _("Everyone")
    CITIZENS = "citizens", _("Citizens")
    SCHOOLS = "schools", _("Schools")
    STUDENTS = "students", _("University students")
    PRACTITIONERS = "practitioners", _("People who run services")
    PUBLIC_BODIES = "public_bodies", _("Public bodies")


class ResourceKind(models.TextChoices):
    GUIDE = "guide", _("Guide")
    REPORT = "report", _("Report")
    NOTEBOOK = "notebook", _("Working notebook")
    LAW = "law", _("Law or regulation")
    ARTICLE = "article", _("Article")
    BOOK = "book", _("Book")
    MAGAZINE = "magazine", _("Magazine")
    VIDEO = "video", _("Video or sound")


class ProjectStatus(models.TextChoices):
    PLANNED = "planned", _("Being prepared")
    RUNNING = "running", _("Under way")
    DONE = "done", _("Concluded")


class PartnerKind(models.TextChoices):
    INSTITUTION = "institution", _("Institution")
    UNIVERSITY = "university", _("University and research")
    NETWORK = "network", _("Network and enterprise")
    PUBLISHER = "publisher", _("Publisher")


class HelpTopic(models.TextChoices):
    """What the sportello helps with (brief, part 2 of the programme)."""

    INFORMATION = "information", _("I would like information")
    ORIENTATION = "orientation", _("I have an idea and do not know where to begin")
    REPORT = "report", _("I want to report something")
    LEGAL = "legal", _("A legal question")
    TAX = "tax", _("A tax question")
    ASSISTANCE = "assistance", _("I need help with a collaborative service")
    ENTERPRISE = "enterprise", _("Consulting or acceleration")
    PRIVACY = "privacy", _("My personal data, or accessibility")


class HelpStatus(models.TextChoices):
    NEW = "new", _("New")
    IN_PROGRESS = "in_progress", _("In progress")
    ANSWERED = "answered", _("Answered")


# Every size of a picture that a template of ours shows, as its tag writes it: made when the picture is saved,
# so that nobody's reading has to write. A test compares it with the templates.
PICTURE_SIZES = ["format-webp width-{480,960,1440}"]
