"""The catalogue as a reader asks for it: words, filters with their counts, order, and help when nothing is found.

Everything here reads published pages alone: a draft is in no result, no count, no suggestion.
"""

from curriculum.search.facets import (
    Candidate,
    FacetValue,
    candidate,
    chosen_courses,
    facet_values,
    offers_of,
)
from curriculum.search.question import FACETS, Asked, read_question
from curriculum.search.words import folded, found_by_words, nearest_spelling, words_of

__all__ = [
    "FACETS",
    "Asked",
    "Candidate",
    "FacetValue",
    "candidate",
    "chosen_courses",
    "facet_values",
    "folded",
    "found_by_words",
    "nearest_spelling",
    "offers_of",
    "read_question",
    "words_of",
]
