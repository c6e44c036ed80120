"""Words as they are looked for, and the published pages in which they stand."""

import difflib
import operator
import re
import unicodedata
from collections.abc import Iterable
from functools import reduce
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchRank, SearchVector
from django.db import connection
from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When
from django.db.models.expressions import Combinable

from curriculum.models import SearchText

LONGEST_QUERY, MOST_WORDS = 100, 8
# Snowball stemmers that PostgreSQL brings along.
STEMMERS = {"it": "italian", "en": "english"}
# Words too common to ask for; without accents, as `folded` leaves them.
COMMON = frozenset([
    "a", "al", "alla", "ai", "con", "da", "dal", "dalla", "dei", "del", "della", "di", "e", "ed",
    "gli", "i", "il", "in", "la", "le", "lo", "nel", "nella", "per", "su", "sul", "un", "una",
    "uno", "che", "come", "cosa", "corso", "corsi", "master",
    "an", "and", "for", "how", "in", "is", "of", "on", "or", "the", "to", "with", "course",
    "courses",
])  # fmt: skip
# How much a word weighs by where it stands: SQLite counts it so, PostgreSQL has weights of its own (A, B, D).
WEIGHTS = {"heading": 12, "lead": 4, "rest": 1}


def folded(text: str) -> list[str]:
    """Words without accents, capitals and signs."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return re.findall(r"[^\W_]+", "".join(x for x in plain if not unicodedata.combining(x)))


def words_of(text: str) -> tuple[str, ...]:
    """The words worth looking for: at most eight, the common ones left out unless there are no others."""
    words = list(dict.fromkeys(folded(text[:LONGEST_QUERY])))
    return tuple([word for word in words if word not in COMMON][:MOST_WORDS] or words[:MOST_WORDS])


def found_by_words(words: Iterable[str], language: str) -> dict[int, float]:
    """{page id: rank} of the published pages in which every word occurs; one query.

    PostgreSQL knows words by their Italian or English stem, and by how they begin; SQLite by how they begin.
    """
    words = list(words)
    rows = SearchText.objects.filter(language=language, page__live=True)
    if not words:
        return {}
    found: QuerySet[Any] = (
        _by_stem(rows, words, language)
        if connection.vendor == "postgresql"
        else _by_start(rows, words)
    )
    return dict(found.values_list("page_id", "rank"))


def _by_stem(rows: QuerySet, words: list[str], language: str) -> QuerySet:
    stem = STEMMERS.get(language, "simple")
    parts = (
        SearchVector(column, weight=weight, config=config)
        for config in (stem, "simple")
        for column, weight in zip(WEIGHTS, "ABD", strict=True)
    )
    vector = reduce(operator.add, parts)
    # A word is letters and digits: the raw form has no operator to smuggle in.
    wanted = reduce(
        operator.and_,
        (
            SearchQuery(word, config=stem)
            | SearchQuery(f"{word}:*", config="simple", search_type="raw")
            for word in words
        ),
    )
    return rows.annotate(vector=vector, rank=SearchRank(F("vector"), wanted)).filter(vector=wanted)


def _by_start(rows: QuerySet, words: list[str]) -> QuerySet:
    rank: Combinable = Value(0)
    for word in words:
        somewhere = Q()
        for column, weight in WEIGHTS.items():
            here = {f"{column}__contains": f" {word}"}
            somewhere |= Q(**here)
            rank = rank + Case(
                When(**here, then=Value(weight)), default=Value(0), output_field=IntegerField()
            )
        rows = rows.filter(somewhere)
    return rows.annotate(rank=rank)


def nearest_spelling(words: Iterable[str], language: str) -> str:
    """What may have been meant, of words on published pages, "" if nothing near; one query."""
    asked = list(words)
    vocabulary: set[str] = set()
    for texts in SearchText.objects.filter(language=language, page__live=True).values_list(
        "heading", "lead", "rest"
    ):
        vocabulary.update(word for text in texts for word in text.split() if len(word) > 3)
    meant = []
    for word in asked:
        if any(known.startswith(word) for known in vocabulary):
            meant.append(word)
            continue
        near = difflib.get_close_matches(word, vocabulary, n=1, cutoff=0.75)
        if not near:
            return ""
        meant.append(near[0])
    return " ".join(meant) if meant != asked else ""
