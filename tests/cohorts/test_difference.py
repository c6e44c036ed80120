"""The difference between two versions of a lesson: readable, complete, safe."""

import re
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.cohorts.summary import difference_of
from lms.cohorts.summary.difference import digest_of, marked, read_rich_text
from tests.factories import media

XSS = '<script>alert("x")</script>'


def revision(*blocks, **fields):
    body = [{"type": kind, "value": value, "id": key} for key, kind, value in blocks]
    return SimpleNamespace(content={"title": "Titolo", "body": body} | fields)


def bare(html) -> str:
    """With the spoken marks taken out: `[-gone-]{+come+}`."""
    text = re.sub(r'<span class="w-sr-only">.*?</span>', "", str(html))
    for tag, sign in (
        ("<ins>", "{+"), ("</ins>", "+}"), ("<del>", "[-"), ("</del>", "-]"), ("<br>", "/"),
    ):  # fmt: skip
        text = text.replace(tag, sign)
    return text


def seen(old, new):
    return [
        (block.kind, block.moved, [bare(line.html) for line in block.lines])
        for block in difference_of(old, new).blocks
    ]


@pytest.mark.parametrize(
    ("old", "new", "html"),
    [
        ("uno due tre", "uno due tre", "uno due tre"),
        ("l’articolo 54 dice", "l’articolo 55 dice", "l’articolo [-54-]{+55+} dice"),
        ("", "nuovo", "{+nuovo+}"),
        ("vecchio", "", "[-vecchio-]"),
        ("uno due tre", "uno quattro cinque", "uno [-due tre-]{+quattro cinque+}"),
        ("prima\nseconda", "prima\nterza", "prima/[-seconda-]{+terza+}"),
        ("a < b & c", "a < b & d", "a &lt; b &amp; [-c-]{+d+}"),
    ],
)
def test_words_are_marked(old, new, html):
    assert bare(marked(old, new)) == html


def test_marks_are_said_in_words_too():
    html = str(marked("uno", "due"))
    assert '<del><span class="w-sr-only"> [tolto:] </span>uno' in html
    assert '<ins><span class="w-sr-only"> [aggiunto:] </span>due' in html


@given(st.text(max_size=60), st.text(max_size=60))
def test_what_is_marked_gives_both_texts_back(old, new):
    html = re.sub(r'<span class="w-sr-only">.*?</span>', "", str(marked(old, new)))
    assert re.sub(r"<(?!/?(ins|del|br)\b)", "", html) == html
    now = re.sub(r"<del>.*?</del>", "", html, flags=re.DOTALL)
    was = re.sub(r"<ins>.*?</ins>", "", html, flags=re.DOTALL)
    for text, left in ((new, now), (old, was)):
        assert re.sub(r"</?(ins|del)>", "", left) == str(marked(text, text))


def test_blocks_added_removed_changed_moved_and_same():
    old = revision(
        ("1", "text", "<p>Resta com’è.</p>"),
        ("2", "text", "<p>Sono sei interviste.</p>"),
        ("3", "quote", {"quote": "Via", "author": "Una", "role": ""}),
        ("4", "text", "<p>Si sposta in fondo.</p>"),
        ("5", "text", "<p>Anche questo resta.</p>"),
        ("6", "text", "<p>E questo.</p>"),
    )
    new = revision(
        ("1", "text", "<p>Resta com’è.</p>"),
        ("2", "text", "<p>Sono otto interviste.</p>"),
        ("5", "text", "<p>Anche questo resta.</p>"),
        ("6", "text", "<p>E questo.</p>"),
        ("4", "text", "<p>Si sposta in fondo.</p>"),
        ("7", "callout", {"kind": "warning", "title": "", "text": "<p>Attenzione.</p>"}),
    )
    assert seen(old, new) == [
        ("same", False, ["Resta com’è."]),
        ("changed", False, ["Sono [-sei-]{+otto+} interviste."]),
        ("removed", False, ["[-Via-]", "[-Una-]"]),
        ("same", False, ["Anche questo resta."]),
        ("same", False, ["E questo."]),
        ("same", True, ["Si sposta in fondo."]),
        ("added", False, ["{+Attenzione+}", "{+Attenzione.+}"]),
    ]
    digest = digest_of(old, new)
    assert (digest.added, digest.removed, digest.changed, digest.moved) == (1, 1, 1, 1)


def test_blocks_with_new_ids_are_known_by_their_words():
    old = revision(("1", "text", "<p>Uno due tre.</p>"), ("2", "text", "<p>Altro testo qui.</p>"))
    new = revision(("8", "text", "<p>Altro testo qui.</p>"), ("9", "text", "<p>Uno due sei.</p>"))
    assert sorted(kind for kind, _moved, _lines in seen(old, new)) == ["changed", "same"]


def test_an_empty_difference_is_empty():
    one = revision(("1", "text", "<p>Uno.</p>"))
    assert difference_of(one, one).empty
    assert digest_of(one, one).empty


def test_titles_and_the_like_are_compared():
    old = revision(title="Ieri", summary="Uguale", minutes=8)
    new = revision(title="Oggi", summary="Uguale", minutes=9)
    fields = difference_of(old, new).fields
    assert [(line.label, bare(line.html)) for line in fields] == [
        ("Titolo", "[-Ieri-]{+Oggi+}"),
        ("Minuti stimati", "[-8-]{+9+}"),
    ]


def test_what_authors_write_stays_text():
    old = revision(("1", "quote", {"quote": "Ciao", "author": "", "role": ""}), title="a")
    new = revision(("1", "quote", {"quote": XSS, "author": XSS, "role": ""}), title=XSS)
    found = difference_of(old, new)
    html = "".join(
        str(line.html) for line in (*found.fields, *(x for b in found.blocks for x in b.lines))
    )
    assert "<script" not in html
    assert "&lt;script" in html


@pytest.mark.django_db
def test_pictures_and_files_are_named(django_assert_num_queries):
    old, new = media.image(title="Mappa vecchia"), media.image(title="Mappa nuova")
    sheet = media.document(title="Scheda")
    before = revision(("1", "image", {"image": old.pk, "alt": "Un cerchio", "caption": ""}))
    link = f'<p>La <a linktype="document" id="{sheet.pk}">scheda</a>.</p>'
    after = revision(
        ("1", "image", {"image": new.pk, "alt": "Due cerchi", "caption": ""}), ("2", "text", link)
    )
    with django_assert_num_queries(2):
        assert seen(before, after) == [
            (
                "changed",
                False,
                ["Mappa [-vecchia-]{+nuova+}", "[-Un cerchio-]{+Due cerchi+}"],
            ),
            ("added", False, ["{+La scheda [→ Scheda].+}"]),
        ]


@pytest.mark.django_db
def test_a_picture_of_the_same_name_is_told_to_be_another():
    one, two = media.image(title="Mappa"), media.image(title="Mappa")
    found = difference_of(
        revision(("1", "image", {"image": one.pk, "alt": "a"})),
        revision(("1", "image", {"image": two.pk, "alt": "a"})),
    )
    assert [bool(line.note) for line in found.blocks[0].lines] == [True, False]


def test_a_change_of_bold_alone_is_told():
    found = difference_of(
        revision(("1", "text", "<p>Tre cose.</p>")),
        revision(("1", "text", "<p><b>Tre</b> cose.</p>")),
    )
    [line] = found.blocks[0].lines
    assert (bare(line.html), bool(line.note)) == ("Tre cose.", True)


def test_rich_text_reads_as_lines():
    html = (
        '<h2>Titolo</h2><ul><li>uno</li><li>due <b>e</b> tre</li></ul><p><a href="/x">qui</a></p>'
    )
    assert read_rich_text(html, {}) == "Titolo\n• uno\n• due e tre\nqui [→ /x]"


def test_a_block_of_an_unknown_type_shows_its_words_and_no_notation():
    value = {"caption": "Prezzi", "data": [["a", None, 3], ["b", "c", "d"]], "first": True}
    [change] = difference_of(revision(), revision(("1", "old_table", value))).blocks
    text = bare(change.lines[0].html)
    assert text == "{+Prezzi/a |  | 3/b | c | d+}"
    assert change.label == "Old table"
