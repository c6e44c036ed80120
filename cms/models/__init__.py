"""The Wagtail ground and the hub's public pages; one file per noun."""

from cms.models.base import BasePage, BodyPage, below_a_draft
from cms.models.events import EventIndexPage, EventPage
from cms.models.help_desk import HelpDeskPage, HelpRequest
from cms.models.home import HomePage
from cms.models.library import LibraryIndexPage, ResourcePage, Topic
from cms.models.manifesto import ManifestoArticlePage, ManifestoPage
from cms.models.media import HubDocument, HubImage, HubRendition
from cms.models.people import CommitteeMember, CommitteePage, NetworkPage, Partner
from cms.models.programme import (
    GoodPracticeIndexPage,
    GoodPracticePage,
    NewsIndexPage,
    NewsPage,
    ResearchIndexPage,
    ResearchProjectPage,
)
from cms.models.standard import AccelerationPage, ConsultingPage, ServicePage, StandardPage

__all__ = [
    "AccelerationPage",
    "BasePage",
    "BodyPage",
    "CommitteeMember",
    "CommitteePage",
    "ConsultingPage",
    "EventIndexPage",
    "EventPage",
    "GoodPracticeIndexPage",
    "GoodPracticePage",
    "HelpDeskPage",
    "HelpRequest",
    "HomePage",
    "HubDocument",
    "HubImage",
    "HubRendition",
    "LibraryIndexPage",
    "ManifestoArticlePage",
    "ManifestoPage",
    "NetworkPage",
    "NewsIndexPage",
    "NewsPage",
    "Partner",
    "ResearchIndexPage",
    "ResearchProjectPage",
    "ResourcePage",
    "ServicePage",
    "StandardPage",
    "Topic",
    "below_a_draft",
]
