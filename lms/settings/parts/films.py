"""Films of other sites that lessons may show, once the reader has agreed (curriculum.embeds)."""

from environs import Env

PEERTUBE_HOSTS = [host.lower() for host in Env().list("PEERTUBE_HOSTS", ["framatube.org"])]
EMBED_FRAMES = [
    "https://www.youtube-nocookie.com",
    "https://player.vimeo.com",
    *(f"https://{host}" for host in PEERTUBE_HOSTS),
]
