"""Films of other sites: which sites, and the addresses under which their players ask least of the reader."""

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from django.conf import settings

YOUTUBE = (
    "youtube.com",
    "www.youtube.com",
    "m.youtube.com",
    "youtu.be",
    "www.youtube-nocookie.com",
)
VIMEO = ("vimeo.com", "www.vimeo.com", "player.vimeo.com")


@dataclass(frozen=True)
class Embed:
    provider: str
    host: str  # the site that is asked once the reader agrees
    player: str
    page: str


def providers() -> list[str]:
    """Names for people."""
    return ["YouTube", "Vimeo", *settings.PEERTUBE_HOSTS]


def embed_of(address: str) -> Embed | None:
    """The film at that address, or None where the site or the address is not one of ours."""
    parts = urlsplit(address)
    host, path = (parts.hostname or "").lower(), parts.path
    if parts.scheme != "https":
        return None
    if host in YOUTUBE:
        if host == "youtu.be":
            film = path.removeprefix("/")
        elif path == "/watch":
            film = parse_qs(parts.query).get("v", [""])[0]
        else:
            found = re.fullmatch(r"/(?:embed|shorts|live)/([\w-]+)/?", path)
            film = found[1] if found else ""
        if re.fullmatch(r"[\w-]{6,20}", film):
            player = f"https://www.youtube-nocookie.com/embed/{film}"
            return Embed("YouTube", "www.youtube-nocookie.com", player, address)
    elif host in VIMEO:
        found = re.fullmatch(r"/(?:video/)?(\d{3,15})(?:/([0-9a-f]{6,20}))?/?", path)
        if found:
            private = f"&h={found[2]}" if found[2] else ""
            player = f"https://player.vimeo.com/video/{found[1]}?dnt=1{private}"
            return Embed("Vimeo", "player.vimeo.com", player, address)
    elif host in settings.PEERTUBE_HOSTS:
        found = re.fullmatch(r"/(?:w|videos/watch|videos/embed)/([\w-]{8,40})/?", path)
        if found:
            return Embed("PeerTube", host, f"https://{host}/videos/embed/{found[1]}", address)
    return None
