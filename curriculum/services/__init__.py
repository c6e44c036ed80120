"""What can be done with courses."""

from curriculum.services.site import place_site, start_site

__all__ = ["place_site", "start_site"]
