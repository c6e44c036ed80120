"""The Wagtail ground and the hub's public pages; one file per noun."""

from cms.models.base import BasePage
from cms.models.home import HomePage
from cms.models.media import HubDocument, HubImage, HubRendition

__all__ = ["BasePage", "HomePage", "HubDocument", "HubImage", "HubRendition"]
