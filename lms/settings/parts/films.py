"""Films of other sites that lessons may show, once the reader has agreed (curriculum.embeds)."""

from environs import Env

env = Env()
PEERTUBE_HOSTS = [host.lower() for host in env.list("PEERTUBE_HOSTS", ["framatube.org"])]
EMBED_FRAMES = [
    "https://www.youtube-nocookie.com",
    "https://player.vimeo.com",
    *(f"https://{host}" for host in PEERTUBE_HOSTS),
]
