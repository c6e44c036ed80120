"""What a reader asks of the catalogue, from and to the query of an address."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from django.http import QueryDict
from django.utils.http import urlencode

from curriculum.choices import Audience, Subject
from curriculum.search.words import LONGEST_QUERY, words_of

MODES, LANGUAGES = ("house", "remote", "hybrid"), ("it", "en")
# The values of each facet in the order of the form; months are those in which an edition starts.
KNOWN = {
    "subject": Subject.values,
    "per": Audience.values,
    "mode": MODES,
    "seats": ("free",),
    "language": LANGUAGES,
}
FACETS = ("subject", "per", "mode", "month", "seats", "language")
# "": by relevance where there are words, else as the house orders its courses.
SORTS = ("", "start", "title")
MOST_VALUES = 20


@dataclass(frozen=True)
class Asked:
    """A reader's question, of known values alone: `chosen` has the values ticked in each facet."""

    words: tuple[str, ...] = ()
    text: str = ""
    chosen: Mapping[str, frozenset[str]] = field(
        default_factory=lambda: dict.fromkeys(FACETS, frozenset())
    )
    sort: str = ""

    @property
    def narrowed(self) -> bool:
        return bool(self.words or any(self.chosen.values()))

    def without(self, facet: str, value: str | None = None) -> "Asked":
        """The same question with one value (or every value) of a facet less."""
        left = self.chosen[facet] - {value} if value is not None else frozenset()
        return replace(self, chosen={**self.chosen, facet: left})

    def with_text(self, text: str) -> "Asked":
        return replace(self, text=text, words=words_of(text))

    def query(self) -> str:
        """As the query of an address, in one order: the same question has one address."""
        pairs = [("q", self.text)] if self.text else []
        pairs += [(facet, value) for facet in FACETS for value in sorted(self.chosen[facet])]
        pairs += [("sort", self.sort)] if self.sort else []
        return urlencode(pairs)


def read_question(data: QueryDict) -> Asked:
    """Anything not understood is left out, and a text too long is cut."""
    text = " ".join(data.get("q", "").replace("\x00", " ").split())[:LONGEST_QUERY]
    ticked = {facet: frozenset(data.getlist(facet)[:MOST_VALUES]) for facet in FACETS}
    chosen = {facet: ticked[facet] & frozenset(values) for facet, values in KNOWN.items()}
    chosen["month"] = frozenset(
        month for month in ticked["month"] if re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])", month)
    )
    sort = data.get("sort", "")
    return Asked(words_of(text), text, chosen, sort if sort in SORTS else "")
