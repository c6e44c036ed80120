"""The OpenAPI schema describes our addresses only: Wagtail's admin has an API of its own."""

PREFIX = "/api/v1/"


def only_ours(endpoints: list, **_kwargs: object) -> list:
    """Keep (path, regex, method, callback) rows below `PREFIX`."""
    own = {f"{PREFIX}schema/", f"{PREFIX}docs/"}
    return [row for row in endpoints if row[0].startswith(PREFIX) and row[0] not in own]
