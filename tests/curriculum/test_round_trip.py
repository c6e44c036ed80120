"""What is written of a body is read again as the same body: for each block, and for whatever an author types."""

from html.parser import HTMLParser

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from curriculum.blocks import LessonBlock
from curriculum.exchange import (
    Document,
    Names,
    Resolver,
    read_document,
    rich_text,
    stream_blocks,
    write_body,
    write_rich_text,
)
from curriculum.exchange.kinds import KINDS
from lms.core.errors import DomainError
from lms.demo.courses import CONTENT

FILES = {"media/a.png": 1, "media/b.png": 2, "media/c.pdf": 3, "media/d.webm": 4}
LESSONS, PAGES = {"altra": 10}, {"biblioteca/glossario": 20}
RESOLVER = Resolver(
    image=lambda name: FILES.setdefault(name, 100 + len(FILES)),
    document=lambda name: FILES.setdefault(name, 100 + len(FILES)),
    lesson=LESSONS.get,
    page=PAGES.get,
)
NAMES = Names(
    image=lambda pk: {pk: name for name, pk in FILES.items()}.get(pk),
    document=lambda pk: {pk: name for name, pk in FILES.items()}.get(pk),
    lesson={10: "altra"}.get,
    page={20: "biblioteca/glossario"}.get,
)

WRITTEN = {
    "text": "## Uno\n\nUn **testo** con *corsivo*, [lezione](lesson:altra), "
    "[libro](page:biblioteca/glossario), [scheda](media/c.pdf), [sito](https://example.org/a?b=1&c=2) "
    "e nota[^uno].\n\n1. primo\n2. secondo\n   - dentro\n\n- punto",
    "heading": ":::heading level=3 anchor=\"tre-condizioni\"\nTre condizioni\n:::",
    "quote": ':::quote author="Una portinaia" role="dal 1980"\nMi hanno chiesto.\n\\:::\nNiente.\n:::',
    "callout": ':::callout kind=case title="L’\\"esempio\\""\nUn **caso**.\n:::',
    "table": ':::table caption="Prezzi" header=both source="Comune"\n'
    "|  | Oggi |\n| --- | --- |\n| Pane | 3 \\| 4 |\n:::",
    "term": ':::term term="Sussidiarietà"\nChi è più vicino decide.\n:::',
    "notes": ":::notes\n[^uno]: Prima, *op. cit.*\n[^due]: Seconda.\n\n    In due capoversi.\n:::",
    "image": ':::image file="media/a.png" alt="Un cortile" caption="Il cortile" credit="Cohub"\n:::',
    "gallery": ':::gallery title="Prove"\n::item file="media/a.png" alt="A" credit="C"\n'
    '::item file="media/b.png" alt="B" caption="D" credit="C"\n:::',
    "video": ':::video file="media/d.webm" captions="media/c.pdf" title="Film"\nSi vede.\n:::',
    "embed": ':::embed address="https://vimeo.com/123456" title="Film"\nSi vede.\n:::',
    "audio": ':::audio file="media/d.webm" title="Suono"\nSi sente.\n:::',
    "accordion": ':::accordion title="Domande"\n::item title="Una"\nRisposta.\n'
    '::item title="Due"\nAltra.\n\nAncora.\n:::',
    "steps": ':::steps title="Passi"\n::item title="Uno" time="20 minuti"\nFai.\n::item title="Due"\n:::',
    "timeline": ':::timeline\n::item when="1969" title="Scala"\nPioli.\n::item when="2016" title="Riforma"\n:::',
    "comparison": ':::comparison title="Due modi"\n::item title="Prima"\n- a\n::item title="Dopo"\n- b\n:::',
    "case": ':::case title="Portineria" place="Milano" period="2024" teaches="Provare." '
    'link="https://example.org/" file="media/a.png" alt="A" credit="C"\nÈ andata.\n:::',
    "check": ":::check several=yes\nQuali?\n"
    '::item answer="Una" right=yes\nSì.\n::item answer="Due"\nNo.\n:::',
    "reflection": ':::reflection title="Pensaci"\nChi manca?\n:::',
    "template": ':::template title="Scheda"\nStampala.\n::item file="media/c.pdf" label="da stampare"\n:::',
    "file": ':::file file="media/c.pdf" title="Scheda"\nDue pagine.\n:::',
    "reading": ':::reading title="Per approfondire"\n::item page="biblioteca/glossario"\n'
    '::item title="A Ladder" authors="Arnstein" year="1969" link="https://example.org/x"\nBreve.\n:::',
}  # fmt: skip


def read(body: str) -> list[dict]:
    return stream_blocks(Document("x.md", {}, body, 1), key="k", resolver=RESOLVER)


def test_every_block_of_a_lesson_has_its_markdown():
    assert set(WRITTEN) == set(KINDS) == set(LessonBlock().child_blocks)


@pytest.mark.parametrize("name", sorted(WRITTEN))
def test_a_block_is_written_as_it_was_read(name):
    blocks = read(WRITTEN[name])
    assert [block["type"] for block in blocks] == [name]
    assert write_body(blocks, NAMES) == WRITTEN[name]


@pytest.mark.parametrize("name", sorted(set(WRITTEN) - {"text", "notes"}))
def test_a_block_has_no_child_that_its_markdown_forgets(name):
    value = read(WRITTEN[name])[0]["value"]
    block = LessonBlock().child_blocks[name]
    assert set(value) == set(block.child_blocks)
    if "items" in value:
        children = set(block.child_blocks["items"].child_block.child_blocks)
        assert all(set(item["value"]) == children for item in value["items"])


def test_all_blocks_after_one_another_are_written_as_they_were_read():
    body = "\n\n".join(WRITTEN.values())
    assert write_body(read(body), NAMES) == body


def test_two_texts_in_a_row_stay_two():
    blocks = [{"type": "text", "value": f"<p>{n}</p>", "id": n} for n in ("a", "b", "c")]
    written = write_body(blocks, NAMES)
    assert [block["value"] for block in read(written)] == ["<p>a</p>", "<p>b</p>", "<p>c</p>"]
    assert write_body(read(written), NAMES) == written


@pytest.mark.parametrize(
    "path", sorted(CONTENT.rglob("*.md")), ids=lambda path: str(path.relative_to(CONTENT))
)
def test_the_demo_is_a_fixed_point(path):
    resolver = Resolver(
        image=RESOLVER.image,
        document=RESOLVER.document,
        lesson=lambda slug: LESSONS.setdefault(slug, 1000 + len(LESSONS)),
        page=lambda name: PAGES.setdefault(name, 5000 + len(PAGES)),
    )
    names = Names(
        image=NAMES.image,
        document=NAMES.document,
        lesson=lambda pk: {pk: name for name, pk in LESSONS.items()}.get(pk),
        page=lambda pk: {pk: name for name, pk in PAGES.items()}.get(pk),
    )
    document = read_document(path)
    blocks = stream_blocks(document, key="k", resolver=resolver)
    written = write_body(blocks, names)
    again = Document(path.name, {}, written, 1)
    assert stream_blocks(again, key="k", resolver=resolver) == blocks
    assert write_body(stream_blocks(again, key="k", resolver=resolver), names) == written


BREAKS = {"p", "li", "br"}
INLINE = st.recursive(
    st.text(
        alphabet=st.sampled_from("ab è*_[]()<>&\\`#-+.1:!|~=\u00a0’«»^"), min_size=1, max_size=8
    ).map(lambda text: text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map("".join),
        inner.map(lambda html: f"<b>{html}</b>"),
        inner.map(lambda html: f"<i>{html}</i>"),
        inner.map(lambda html: f'<a href="https://example.org/x">{html}</a>'),
        st.tuples(inner, inner).map("<br/>".join),
    ),
    max_leaves=6,
)
HTML = st.lists(
    st.one_of(
        INLINE.map(lambda html: f'<p data-block-key="x1">{html}</p>'),
        st.lists(INLINE, min_size=1, max_size=3).map(
            lambda rows: "<ul>" + "".join(f"<li>{row}</li>" for row in rows) + "</ul>"
        ),
        st.lists(INLINE, min_size=1, max_size=3).map(
            lambda rows: "<ol>" + "".join(f"<li>{row}</li>" for row in rows) + "</ol>"
        ),
    ),
    max_size=4,
).map("".join)


@given(HTML)
@example('<p data-block-key="x1">!<a href="https://example.org/x">1</a></p>')
@example('<p data-block-key="x1">\\\xa0</p><p data-block-key="x1"><b>1</b></p>')
def test_whatever_an_author_types_comes_back(html):
    written = write_rich_text(html, NAMES)
    again = rich_text(written, RESOLVER)
    assert write_rich_text(again, NAMES) == written
    assert _words(again) == _words(html)


def _words(html: str) -> list[str]:
    found: list[str] = []
    parser = HTMLParser()
    parser.handle_data = found.append
    parser.handle_starttag = lambda tag, attrs: found.append(" ") if tag in BREAKS else None
    parser.feed(html)
    parser.close()
    return [word for word in "".join(found).replace("\t", " ").split(" ") if word]


@pytest.mark.parametrize(
    ("body", "line"),
    [
        (":::audio\nx\n:::", 1),
        ("Testo.\n\n:::steps\n::item title=Uno\nA\n::item\nB\n:::", 6),
        (":::check\nQuale?\n::item answer=Una right=forse\n:::", 3),
        (":::comparison\n::item title=Sola\n:::", 1),
        (":::quote autrice=x\nA\n:::", 1),
        (":::heading level=4\nA\n:::", 1),
        (":::notes\n[^a]: Sì.\nno\n:::", 3),
        (":::image file=media/a.png\nDentro\n:::", 1),
    ],
)
def test_a_bad_block_is_refused_with_its_line(body, line):
    with pytest.raises(DomainError) as refusal:
        read(body)
    assert str(refusal.value).startswith(f"x.md:{line}: ")
