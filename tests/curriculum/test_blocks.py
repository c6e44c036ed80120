"""Each block of a lesson: what it shows, that its HTML is valid, and what its editor refuses."""

import re
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from tinyhtml5.parser import HTMLParser

from cms.models import HubDocument
from curriculum.blocks import LessonBlock
from curriculum.embeds import embed_of
from curriculum.exchange import Document, Resolver, stream_blocks
from curriculum.models import Lesson
from curriculum.pace import minutes_of
from curriculum.reading import read_body
from tests.curriculum.test_round_trip import WRITTEN
from tests.factories import blocks, curriculum, media, people

pytestmark = pytest.mark.django_db


@pytest.fixture
def files():
    """Every file that `WRITTEN` names, made when it is asked for."""
    made = {}

    def image(name):
        if name not in made:
            made[name] = media.image(name)
        return made[name].pk

    def document(name):
        if name not in made:
            file = ContentFile(b"x" * 2048, name=Path(name).name)
            made[name] = HubDocument.objects.create(title=name, file=file, file_size=2048)
        return made[name].pk

    return Resolver(image=image, document=document)


@pytest.fixture
def body(files):
    def body(text: str):
        document = Document(Path("x.md"), {}, text, 1)
        return LessonBlock().to_python(stream_blocks(document, key="k", resolver=files))

    return body


@pytest.fixture
def shown(body):
    def shown(text: str, query: str = "") -> str:
        with translation.override("en"):
            request = RequestFactory().get(f"/?{query}")
            return str(read_body(body(text), {"request": request}).html)

    return shown


def wrong_html(html: str) -> list:
    """What a strict parser finds, doubled ids, and a caption that is neither first nor last in its figure."""
    parser = HTMLParser()
    tree = parser.parse(f"<!doctype html><html lang=it><title>x</title><body>{html}</body></html>")
    ids = re.findall(r'\bid="([^"]+)"', html)
    wrong = list(parser.errors)
    wrong += [f"id {name}" for name in set(ids) if ids.count(name) > 1]
    targets = set(re.findall(r'(?:aria-labelledby|aria-describedby|for)="([^"]+)"', html))
    wrong += [f"no {name}" for name in targets - set(ids)]
    space = "{http://www.w3.org/1999/xhtml}"
    for figure in tree.iter(f"{space}figure"):
        places = [n for n, child in enumerate(figure) if child.tag == f"{space}figcaption"]
        if places and places[0] not in (0, len(figure) - 1):
            wrong.append("figcaption inside")
    return wrong


@pytest.mark.parametrize("name", sorted(WRITTEN))
@pytest.mark.parametrize("language", ["it", "en"])
def test_html_of_a_block_is_valid(body, name, language):
    with translation.override(language):
        html = str(read_body(body(WRITTEN[name]), {}).html)
    assert f'<div class="block-{name}" data-block="' in html
    assert wrong_html(html) == []


@pytest.mark.slow
def test_html_of_all_blocks_together_is_valid(shown):
    html = shown("\n\n".join([*WRITTEN.values(), WRITTEN["check"], WRITTEN["table"]]))
    assert wrong_html(html) == []


@pytest.mark.slow
def test_media_of_all_blocks_cost_the_same_queries_however_many(body, files):
    def queries(text):
        value = body(text)
        raw = list(value.raw_data)
        read_body(LessonBlock().to_python(raw), {})  # renditions are made at the first reading
        with CaptureQueriesContext(connection) as captured:
            read_body(LessonBlock().to_python(raw), {})
        return len(captured)

    everything = "\n\n".join(WRITTEN.values())
    assert queries(everything) == queries("\n\n".join([everything, everything])) == 3


def test_a_rich_text_block_says_its_sections(shown, body):
    text = read_body(
        body("## Uno & due\n\nA\n\n:::heading level=3 anchor=proprio\nTre\n:::\n\n## Uno & due"), {}
    )
    assert [(s.level, s.anchor, s.title) for s in text.sections] == [
        (2, "uno-due", "Uno & due"),
        (3, "proprio", "Tre"),
        (2, "uno-due-2", "Uno & due"),
    ]
    assert '<h3 id="proprio">Tre</h3>' in text.html


def test_footnotes_are_numbered_as_they_are_called(shown):
    html = shown(
        "Prima[^b], poi[^a], ancora[^b], mai[^z].\n\n:::notes\n[^a]: La *a*.\n[^b]: La b.\n:::"
    )
    assert '<a href="#nota-b" id="rif-b" role="doc-noteref">1</a>' in html
    assert '<a href="#nota-a" id="rif-a" role="doc-noteref">2</a>' in html
    assert '<a href="#nota-b" id="rif-b-2" role="doc-noteref">1</a>' in html
    assert "mai[^z]." in html
    assert html.index('id="nota-b"') < html.index('id="nota-a"')


def test_a_table_has_scoped_headers_and_scrolls_by_itself(shown):
    html = shown(WRITTEN["table"])
    assert '<th scope="col">Oggi</th>' in html
    assert '<th scope="row">Pane</th>' in html
    assert re.search(r'class="table-wrap" role="region" tabindex="0" aria-labelledby="[^"]+"', html)
    assert "<caption" in html


def test_a_film_of_another_site_asks_nothing_before_consent(shown):
    html = shown(WRITTEN["embed"])
    assert "<iframe" not in html
    assert 'data-embed="https://player.vimeo.com/video/123456?dnt=1"' in html
    assert 'href="https://vimeo.com/123456"' in html
    assert "player.vimeo.com learns your IP address" in html
    assert re.findall(r'\bsrc="(http[^"]+)', html) == []


@pytest.mark.parametrize(
    ("address", "player"),
    [
        ("https://www.youtube.com/watch?v=abcdefghijk&t=3", "www.youtube-nocookie.com/embed/abcdefghijk"),
        ("https://youtu.be/abcdefghijk", "www.youtube-nocookie.com/embed/abcdefghijk"),
        ("https://vimeo.com/123456/abcdef1234", "player.vimeo.com/video/123456?dnt=1&h=abcdef1234"),
        ("https://framatube.org/w/9c9de5e8-0a1e", "framatube.org/videos/embed/9c9de5e8-0a1e"),
        ("http://vimeo.com/123456", None),
        ("https://vimeo.com.example.org/123456", None),
        ("https://www.youtube.com/watch?v=%22onload", None),
        ("https://peertube.example.org/w/9c9de5e8-0a1e", None),
        ("javascript:alert(1)", None),
    ],
)  # fmt: skip
def test_players_are_those_of_known_sites(address, player):
    embed = embed_of(address)
    assert (embed and embed.player) == (player and f"https://{player}")


def test_the_security_policy_knows_the_players_alone(client, settings):
    policy = client.get("/it/account/login/")["Content-Security-Policy"]
    frames = next(part for part in policy.split("; ") if part.startswith("frame-src"))
    assert frames == (
        "frame-src 'self' https://www.youtube-nocookie.com https://player.vimeo.com https://framatube.org"
    )


def test_a_question_tells_nothing_before_it_is_answered(shown):
    html = shown(WRITTEN["check"])
    assert ("Sì." in html, "No.</p>" in html, "is-right" in html) == (False, False, False)


@pytest.mark.parametrize(
    ("query", "verdict", "told"),
    [
        ("{n}=0", "That is right.", ["Sì."]),
        ("{n}=1", "Not quite.", ["No."]),
        ("{n}=0&{n}=1", "Not quite.", ["Sì.", "No."]),
        ("{n}=7", None, []),
    ],
)
def test_a_question_is_answered_by_the_address(shown, body, query, verdict, told):
    name = f"v-{body(WRITTEN['check'])[0].id}"
    html = shown(WRITTEN["check"], query.format(n=name))
    outcome = html.partition("data-check-outcome>")[2]
    assert (verdict in outcome) if verdict else outcome.startswith("</div>")
    assert [words for words in ("Sì.", "No.") if f"<p>{words}</p>" in outcome] == told


def refusals(text: str, body) -> dict:
    block = body(text)
    with pytest.raises(ValidationError) as refusal:
        block.stream_block.clean(block)
    return refusal.value.block_errors[0].block_errors


@pytest.mark.parametrize(
    ("text", "child"),
    [
        (':::image file="media/a.png" alt="A"\n:::', "credit"),
        (':::image file="media/a.png" credit="C"\n:::', "alt"),
        (':::embed address="https://example.org/film" title="F"\nT\n:::', "address"),
        (':::table caption="T"\n| a | b |\n| c |\n:::', "rows"),
        (':::case title="T" teaches="X" file="media/a.png" alt="A"\nT\n:::', "credit"),
        (":::check\nQ\n::item answer=A\nF\n::item answer=B\nF\n:::", "items"),
        (":::check\nQ\n::item answer=A right=yes\nF\n::item answer=B right=yes\nF\n:::", "items"),
    ],
)
def test_the_editor_refuses(body, text, child):
    assert set(refusals(text, body)) == {child}


def test_a_draft_is_kept_without_the_credit(body):
    block = body(':::image file="media/a.png" alt="A"\n:::')
    assert block.stream_block.clean_deferred(block)[0].value["alt"] == "A"


def test_a_draft_is_kept_before_the_right_answer_is_marked(body):
    block = body(":::check\nQ\n::item answer=A\nF\n::item answer=B\nF\n:::")
    assert len(block.stream_block.clean_deferred(block)[0].value["items"]) == 2


@pytest.mark.parametrize("name", ["gallery", "steps", "timeline", "comparison", "check"])
def test_a_list_begins_with_as_many_empty_rows_as_it_asks_for(name):
    block = LessonBlock().child_blocks[name]
    state = block.get_form_state(block.get_default())
    rows = block.child_blocks["items"]
    assert [set(row["value"]) for row in state["items"]] == [set(rows.child_block.child_blocks)] * 2


def test_an_image_stored_without_credit_is_still_read(shown):
    assert "<figcaption" not in shown(':::image file="media/a.png" alt="A"\n:::')


def test_a_table_pasted_from_a_spreadsheet_becomes_one(body):
    block = LessonBlock().child_blocks["table"]
    value = block.to_python({"caption": "C", "header": "row", "rows": "a\tb\n\nc\td"})
    assert block.clean(value)["rows"] == "a | b\nc | d"


def test_minutes_count_words_and_what_there_is_to_do(body):
    assert minutes_of(body("parola " * 10)) == 1
    assert minutes_of(body("parola " * 330)) == 3
    assert minutes_of(body("parola " * 330 + "\n\n" + WRITTEN["reflection"])) == 5


def test_blocks_of_before_are_read_without_their_new_children():
    """A block that got a child, a block that is no more, a picture that is gone: revisions of years ago."""
    stored = [
        {"type": "callout", "value": {"kind": "note", "text": "<p>A</p>"}, "id": "1"},
        {"type": "reflection", "value": {"prompt": "<p>B</p>"}, "id": "2"},
        {"type": "image", "value": {"image": 10**6, "alt": "C"}, "id": "3"},
        {"type": "fresco", "value": "D", "id": "4"},
        {"type": "steps", "value": {"items": [{"title": "E"}, {"title": "F"}]}, "id": "5"},
    ]
    html = read_body(LessonBlock().to_python(stored), {}).html
    assert [word in html for word in ("<p>A</p>", "<p>B</p>", "E</strong>")] == [True] * 3
    assert "fresco" not in html


@pytest.mark.slow
def test_the_editor_offers_every_block_in_groups_and_opens_old_ones(client):
    course = curriculum.course(modules=1, lessons=1)
    lesson = course.get_children().first().get_children().first().specific
    lesson.body = blocks.everything()
    curriculum.publish(lesson)
    client.force_login(
        people.person(is_superuser=True),
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )
    response = client.get(f"/admin/pages/{lesson.pk}/edit/")
    assert response.status_code == 200
    groups = dict(LessonBlock().grouped_child_blocks())
    offered = [block.name for group in groups.values() for block in group]
    assert (len(groups), sorted(offered)) == (5, sorted(WRITTEN))


def test_changing_blocks_makes_no_migration():
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)
    name, _path, arguments, keywords = Lesson._meta.get_field("body").deconstruct()
    assert (name, arguments, "block_types" in keywords) == ("body", [], False)
