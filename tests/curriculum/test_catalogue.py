"""The catalogue's search: words, facets with counts, order, help, and that no draft is in any of it."""

import re
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import PageViewRestriction

from curriculum import indexing, search
from curriculum.models import Course, Programme, ProgrammeCourse, SearchText
from tests.factories import cms, cohorts, curriculum
from tests.factories.stamps import stamped

pytestmark = pytest.mark.django_db

CATALOGUE = "/it/master-civici/"


def body(response):
    assert response.status_code == 200
    return response.content.decode()


def titles(page: str) -> list[str]:
    """The titles of the cards, in order."""
    return re.findall(r'<a class="card-link"[^>]*>([^<]*)</a>', page)


def found(client, query: str = "", language: str = "it") -> list[str]:
    return titles(body(client.get(f"/{language}/master-civici/?{query}")))


def counts(page: str, facet: str) -> dict[str, int]:
    rows = re.findall(
        rf'name="{facet}" value="([^"]*)".*?\(</span>(\d+)<span', page.replace("\n", "")
    )
    return {value: int(number) for value, number in rows}


def programme(title="Percorso", courses=(), **fields) -> Programme:
    page = curriculum.catalogue().add_child(
        instance=Programme(title=title, slug=title.lower().replace(" ", "-"), **fields)
    )
    page.course_rows = [
        ProgrammeCourse(course=course, sort_order=number) for number, course in enumerate(courses)
    ]
    return curriculum.publish(page)


@pytest.fixture
@stamped
def three():
    """Three courses that differ in subject, audience, search."""
    curriculum.course(
        "MC-UNO", title="Raccogliere fondi", subject="fundraising", modules=1, lessons=1,
        audience=["managers"], summary="Donatori e fondazioni.",
    )  # fmt: skip
    curriculum.course(
        "MC-DUE", title="Comunità", subject="community", modules=1, lessons=1,
        audience=["students", "managers"], summary="Animare i gruppi, anche con i donatori.",
    )  # fmt: skip
    curriculum.course(
        "MC-TRE", title="Co-progettare", subject="codesign", modules=1, lessons=1,
        audience=["students"], summary="Progettare insieme.",
    )  # fmt: skip


# --- Words ------------------------------------------------------------------------------------
@pytest.mark.postgres
@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("comunita", ["Comunità"]),
        ("COMUNITÀ", ["Comunità"]),
        ("comun", ["Comunità"]),
        ("co-progettare", ["Co-progettare"]),
        ("progettare insieme", ["Co-progettare"]),
        ("insieme raccogliere", []),
        ("corso di fundraising", ["Raccogliere fondi"]),
        ("lezione 1.1", ["Raccogliere fondi", "Comunità", "Co-progettare"]),
        ("MC-DUE", ["Comunità"]),
        ("'; DROP TABLE --", []),
        ("& | ! ( ) :* <->", []),
        ("%", []),
        ("_", []),
    ],
)
def test_words_find_whatever_their_accents_capitals_and_ends(client, three, words, expected):
    assert sorted(found(client, f"q={quote(words)}")) == sorted(expected)


@pytest.mark.postgres
def test_titles_come_before_what_mentions_the_word(client, three):
    curriculum.course("MC-QUATTRO", title="Donatori", modules=0)
    assert found(client, "q=donatori")[0] == "Donatori"
    assert set(found(client, "q=donatori")) == {"Donatori", "Raccogliere fondi", "Comunità"}


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("language", "text", "words"),
    [
        ("it", "Progettazione di servizi condivisi", "progettazioni servizio condiviso"),
        ("it", "Le donne e gli uomini che animano la città", "animare"),
        ("en", "Designing shared services", "designs service sharing"),
        ("en", "Communities of practice", "community"),
    ],
)
def test_postgresql_knows_words_by_their_stem(client, language, text, words):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite finds words by how they begin (docs/catalogue.md)")
    course = curriculum.course(title=text)
    if language == "en":
        curriculum.in_english(course, text)
    assert found(client, f"q={quote(words)}", language) == [text]


def test_text_of_a_lesson_finds_nothing(client):
    course = curriculum.course(modules=1, lessons=0)
    curriculum.lesson(
        course.get_children().first().specific, "Titolo", body=[("text", "<p>segretissimo</p>")]
    )
    assert found(client, "q=segretissimo") == []
    assert found(client, "q=titolo") == ["Corso di prova"]


def test_words_follow_what_is_published(client):
    course = curriculum.course(modules=1, lessons=1)
    module = course.get_children().first().specific
    module.title = "Portinerie"
    module.save_revision()
    assert found(client, "q=portinerie") == []
    curriculum.publish(module)
    assert found(client, "q=portinerie") == ["Corso di prova"]
    module.unpublish()
    assert found(client, "q=portinerie") == []
    course.unpublish()
    assert not SearchText.objects.exists()


def test_missing_words_are_written_by_the_clock():
    curriculum.course()
    SearchText.objects.all().delete()
    assert (indexing.write_missing(), indexing.write_missing()) == (1, 0)


# --- Bad input --------------------------------------------------------------------------------
def test_script_in_the_words_is_shown_as_text(client, three):
    page = body(client.get(CATALOGUE, {"q": '"><script>alert(1)</script>'}))
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_null_characters_lead_nowhere(client, three):
    assert client.get(f"{CATALOGUE}?q=a%00b").status_code == 404


def test_long_words_are_cut(client, three):
    page = body(client.get(CATALOGUE, {"q": "donatori " * 500}))
    assert f'value="{("donatori " * 12)[:100].strip()}"' in page
    assert sorted(titles(page)) == ["Comunità", "Raccogliere fondi"]


@pytest.mark.parametrize(
    "query",
    ["subject=nulla", "per=<script>", "mode=x&month=2026-13", "sort=-id", "page=99999", "page=x",
     "month=%27", "language=fr", "seats=no", "q=%20%20"],
)  # fmt: skip
def test_what_is_not_known_is_left_out(client, three, query):
    assert len(found(client, query)) == 3


# --- Facets -----------------------------------------------------------------------------------
def test_facets_combine_and_count_what_each_value_would_show(client, three):
    page = body(client.get(CATALOGUE, {"per": "managers"}))
    assert titles(page) == ["Raccogliere fondi", "Comunità"]
    assert counts(page, "subject") == {"community": 1, "fundraising": 1, "codesign": 0}
    # Its own facet counts as if nothing of it were ticked.
    assert counts(page, "per") == {"students": 2, "managers": 2}
    page = body(client.get(CATALOGUE, {"per": ["managers", "students"], "subject": "codesign"}))
    assert titles(page) == ["Co-progettare"]
    page = body(client.get(CATALOGUE, {"per": "managers", "q": "animare"}))
    assert titles(page) == ["Comunità"]
    assert counts(page, "subject") == {"community": 1}


def test_format_month_and_seats_must_hold_for_one_edition(client, three):
    start = timezone.localdate().replace(day=1) + timedelta(days=70)
    later = start + timedelta(days=62)
    one, two = Course.objects.get(code="MC-UNO"), Course.objects.get(code="MC-DUE")
    dates = {"starts_on": start, "ends_on": later + timedelta(days=90)}
    cohorts.cohort("MC-UNO-1", course=one, mode="remote", **dates)
    cohorts.cohort("MC-UNO-2", course=one, mode="house", **{**dates, "starts_on": later})
    full = cohorts.cohort("MC-DUE-1", course=two, mode="house", seats=1, **dates)
    cohorts.learner(full)
    cohorts.draft_cohort("MC-DUE-2", course=two, mode="hybrid", **dates)
    page = body(client.get(CATALOGUE))
    assert counts(page, "mode") == {"house": 2, "remote": 1}
    assert counts(page, "month") == {f"{start:%Y-%m}": 2, f"{later:%Y-%m}": 1}
    assert counts(page, "seats") == {"free": 1}
    assert found(client, f"mode=house&month={start:%Y-%m}") == ["Comunità"]
    assert found(client, f"mode=remote&month={start:%Y-%m}&seats=free") == ["Raccogliere fondi"]
    assert found(client, f"mode=remote&month={later:%Y-%m}") == []
    assert found(client, f"mode=house&month={start:%Y-%m}&seats=free") == []


@pytest.mark.slow
def test_language_facet_counts_texts_not_aliases(client, three):
    one, two = Course.objects.get(code="MC-UNO"), Course.objects.get(code="MC-DUE")
    curriculum.in_english(one, "Raising funds")
    two.copy_for_translation(curriculum.catalogue("en").locale, alias=True)
    assert counts(body(client.get(CATALOGUE)), "language") == {"it": 3, "en": 1}
    assert found(client, "language=en") == ["Raccogliere fondi"]
    assert found(client, "", "en") == ["Raising funds", "Comunità"]
    assert found(client, "q=raising", "en") == ["Raising funds"]
    assert found(client, "q=raising") == []


def test_orders(client, three):
    start = timezone.localdate() + timedelta(days=20)
    for code, days in (("MC-TRE", 0), ("MC-DUE", 30)):
        cohorts.cohort(
            f"{code}-1", course=Course.objects.get(code=code), starts_on=start + timedelta(days=days),
            ends_on=start + timedelta(days=90),
        )  # fmt: skip
    assert found(client, "sort=start") == ["Co-progettare", "Comunità", "Raccogliere fondi"]
    assert found(client, "sort=title") == ["Co-progettare", "Comunità", "Raccogliere fondi"]
    assert found(client) == ["Raccogliere fondi", "Comunità", "Co-progettare"]


@pytest.mark.slow
def test_pages_keep_the_question(client):
    for number in range(13):
        curriculum.course(f"MC-{number:02}", modules=0, title=f"Corso {number:02}")
    page = body(client.get(CATALOGUE, {"q": "corso", "sort": "title"}))
    assert len(titles(page)) == 12
    assert re.search(r'href="\?q=corso&amp;sort=title&amp;page=2"', page)
    assert found(client, "q=corso&sort=title&page=2") == ["Corso 12"]


# --- Nothing found ----------------------------------------------------------------------------
def test_nothing_found_offers_ways_on(client, three):
    cms.help_desk()
    page = body(client.get(CATALOGUE, {"per": "managers", "subject": "codesign"}))
    help_ = page[page.index("catalogue-nothing") :]
    links = re.findall(r'<a [^>]*href="([^"]*)"', help_)
    assert links[:4] == [
        f"{CATALOGUE}?per=managers",
        f"{CATALOGUE}?subject=codesign",
        CATALOGUE,
        "/it/sportello/",
    ]
    assert titles(page) == []


def test_near_spelling_is_offered_from_published_words_alone(client, three):
    page = body(client.get(CATALOGUE, {"q": "fundrasing"}))
    assert f'<a href="{CATALOGUE}?q=fundraising">fundraising</a>' in page
    draft = curriculum.course("MC-BOZZA", title="Zibaldone", modules=0)
    assert "q=zibaldone" in body(client.get(CATALOGUE, {"q": "zibaldonne"}))
    draft.unpublish()
    page = body(client.get(CATALOGUE, {"q": "zibaldonne"}))
    assert "zibaldone" not in page.lower().replace("zibaldonne", "")


# --- Drafts -----------------------------------------------------------------------------------
@pytest.mark.slow
def test_drafts_and_closed_courses_are_in_no_list_and_no_count(client, three):
    hidden = curriculum.course("MC-BOZZA", title="Nascosto", subject="crm", modules=1)
    cohorts.cohort("MC-BOZZA-1", course=hidden, mode="hybrid")
    curriculum.in_english(hidden, "Hidden")
    closed = curriculum.course("MC-CHIUSO", title="Chiuso", subject="marketing", modules=1)
    PageViewRestriction.objects.create(page=closed, restriction_type="login")
    bundle = programme("Percorso", [hidden, Course.objects.get(code="MC-UNO")])
    hidden.unpublish()
    draft = Course.objects.get(code="MC-UNO")
    draft.title, draft.subject = "Titolo in bozza", "crm"
    draft.save_revision()
    pages = [
        body(client.get(path))
        for path in (
            CATALOGUE, f"{CATALOGUE}?q=nascosto", f"{CATALOGUE}?q=chiuso", f"{CATALOGUE}?q=bozza",
            f"{CATALOGUE}?subject=crm", f"{CATALOGUE}?mode=hybrid", bundle.url, "/sitemap.xml",
            "/api/v1/courses/", "/it/",
        )
    ]  # fmt: skip
    for page in pages:
        for word in ("Nascosto", "nascosto/", "Chiuso", "Titolo in bozza", "MC-BOZZA"):
            assert word not in re.sub(r'value="[^"]*"|“[^”]*”', "", page)
    assert counts(pages[0], "subject") == {"codesign": 1, "community": 1, "fundraising": 1}
    assert counts(pages[0], "mode") == {}
    assert client.get("/it/master-civici/mc-bozza/").status_code == 404
    assert client.get("/it/master-civici/mc-bozza/modulo-1/").status_code == 404


# --- htmx and the frame -----------------------------------------------------------------------
def test_htmx_gets_the_part_and_the_clean_address(client, three):
    response = client.get(
        CATALOGUE, {"q": "", "per": "managers", "sort": ""}, headers={"HX-Request": "true"}
    )
    part = body(response)
    assert "<html" not in part and '<p id="quanti" hx-swap-oob="innerHTML">' in part
    assert titles(part) == ["Raccogliere fondi", "Comunità"]
    assert response["HX-Push-Url"] == f"{CATALOGUE}?per=managers"
    assert "HX-Request" in response["Vary"]
    whole = body(client.get(CATALOGUE, {"per": "managers"}))
    assert '<p id="quanti" class="catalogue-count" role="status">2' in whole


@pytest.mark.slow
@pytest.mark.parametrize("number", [1, 6])
@pytest.mark.parametrize(
    ("query", "queries"),
    [
        ("", 11),
        ("q=corso+prova&per=students", 10),
        ("q=niente-di-simile", 12),
        ("mode=house&sort=start", 9),
    ],
)
def test_queries_are_constant(client, django_assert_num_queries, number, query, queries):
    made = []
    for position in range(number):
        course = curriculum.course(
            f"MC-PROVA{position}", modules=1, lessons=1, audience=["students"]
        )
        cohorts.cohort(f"MC-PROVA{position}-1", course=course)
        made.append(course)
        programme(f"Percorso {position}", made)
    client.get(f"{CATALOGUE}?{query}")
    with django_assert_num_queries(queries):
        client.get(f"{CATALOGUE}?{query}")


def test_reading_opens_no_transaction(client, three):
    for query in ("", "q=donatori", "q=donatorri"):
        client.get(f"{CATALOGUE}?{query}")
        with CaptureQueriesContext(connection) as queries:
            client.get(f"{CATALOGUE}?{query}")
        assert {query["sql"].split()[0] for query in queries.captured_queries} == {"SELECT"}


# --- Programmes -------------------------------------------------------------------------------
def test_programme_sums_its_courses_in_order(client, three):
    one, tre = Course.objects.get(code="MC-UNO"), Course.objects.get(code="MC-TRE")
    page = programme("co-struire", [tre, one], audience=["students"], summary="Dall’idea ai conti.")
    text = body(client.get(page.url))
    assert titles(text) == ["Co-progettare", "Raccogliere fondi"]
    assert "<dd>16&nbsp;h</dd>" in text and "<dd>150&nbsp;h</dd>" in text
    assert "co-struire" in body(client.get(CATALOGUE))
    assert "programme-card" in body(client.get(f"{CATALOGUE}?q=co-struire"))
    assert "programme-card" not in body(client.get(f"{CATALOGUE}?per=managers"))


def test_english_programme_shows_the_english_courses(client, three):
    one = Course.objects.get(code="MC-UNO")
    curriculum.in_english(one, "Raising funds")
    page = curriculum.in_english(programme("Percorso", [one]), "Path")
    assert titles(body(client.get(page.url))) == ["Raising funds"]


# --- The question, by itself ------------------------------------------------------------------
def test_a_question_is_read_and_written_back():
    asked = search.read_question(
        QueryDict(
            "q=+due++parole+&subject=crm&subject=codesign&month=2026-12&month=x&sort=title&z=1"
        )
    )
    assert asked.words == ("due", "parole")
    assert asked.query() == "q=due+parole&subject=codesign&subject=crm&month=2026-12&sort=title"
    assert asked.without("subject", "crm").query().count("subject") == 1
    assert search.words_of("il corso di") == ("il", "corso", "di")
    assert len(search.words_of(" ".join(f"parola{number}" for number in range(30)))) == 8


# --- Too many ---------------------------------------------------------------------------------
@pytest.mark.slow
def test_searches_by_words_are_limited_by_address():
    """`quality.md`: search is rate limited. Browsing and filtering are not."""
    curriculum.catalogue()
    hasty = Client(REMOTE_ADDR="192.0.2.10")
    answers = [hasty.get(f"/it/master-civici/?q=parola{n}").status_code for n in range(61)]
    assert answers == [200] * 60 + [429]
    limited = hasty.get("/it/master-civici/?q=parola", headers={"HX-Request": "true"})
    assert (limited.status_code, limited["Retry-After"]) == (429, "60")
    assert limited["HX-Redirect"] == "/it/master-civici/?q=parola"
    assert hasty.get("/it/master-civici/?subject=codesign").status_code == 200
    other = Client(REMOTE_ADDR="192.0.2.11")
    assert other.get("/it/master-civici/?q=parola").status_code == 200
