"""A course out and in again: the same bytes, drafts only, every field; and the demo's five courses."""

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st
from modelcluster.models import get_all_child_relations
from wagtail.models import Page
from wagtail_localize.models import StringTranslation

from assessment.models import Assessment, Question, QuestionBank
from assessment.services import import_questions, import_quiz
from cms.models import HubDocument, HubImage
from curriculum.choices import TranslationState
from curriculum.exchange import load_yaml, parse_document, write_document, write_yaml
from curriculum.exchange import media as media_files
from curriculum.exchange.archives import FolderFiles, ZipFiles, write_zip
from curriculum.exchange.keys import BODIES, KEYS, NOT_WRITTEN
from curriculum.languages import course_states, page_state, translation_of
from curriculum.models import Course, Lesson, Module
from curriculum.review import attach_workflow
from curriculum.services import export_course, import_course
from curriculum.services.translations import follow_italian, submit_translation
from lms.core.errors import DomainError
from lms.demo.courses import CONTENT, FOLDERS
from tests.factories import assessment as quizzes
from tests.factories import curriculum, people

pytestmark = pytest.mark.django_db


def packed(files: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    write_zip(files, target)
    return target.getvalue()


def unpacked(data: bytes) -> ZipFiles:
    return ZipFiles(io.BytesIO(data))


@pytest.fixture
def catalogues():
    curriculum.catalogue("it")
    curriculum.catalogue("en")


# --- Nothing is forgotten --------------------------------------------------------------------------
@pytest.mark.parametrize("model", [Course, Module, Lesson])
def test_every_field_of_a_page_is_written_or_left_out_with_a_reason(model):
    fields = {f.name for f in model._meta.get_fields() if f.concrete or _is_child(f, model)}
    written = {key.into for key in KEYS[model]} | {BODIES.get(model)} - {None}
    left = set().union(*NOT_WRITTEN.values())
    if model is Course:
        left |= {"slug"}  # made on import
    assert fields - written - left == set()
    assert written & left == set()
    assert written <= fields


def _is_child(field, model) -> bool:
    """Rows that are edited with the page, by the page's own form."""
    return field in get_all_child_relations(model)


@pytest.mark.parametrize("model", [HubImage, HubDocument])
def test_every_field_of_a_medium_is_written_or_left_out_with_a_reason(model):
    fields = {field.name for field in model._meta.get_fields() if field.concrete}
    written = {*media_files.WORDS[model], *(media_files.FOCUS if model is HubImage else ())}
    left = set().union(*media_files.NOT_WRITTEN.values())
    assert fields - written - left == set()


# --- Round trip ------------------------------------------------------------------------------------
@pytest.mark.slow
@pytest.mark.parametrize("folder", FOLDERS)
def test_a_course_of_the_demo_comes_back_in_the_same_bytes(folder, catalogues):
    made = import_course(files=FolderFiles(CONTENT / folder))
    course = made.courses["it"]
    first = export_course(course=course)
    again = import_course(files=unpacked(packed(first)), code="MC-NEW")
    assert again.media == []
    second = export_course(course=again.courses["it"])
    changed = {name for name in first if first[name] != second.get(name)}
    assert set(first) == set(second)
    assert changed == {"course.it.md"}
    line = f"code: {course.code}\n".encode()
    assert first["course.it.md"].replace(line, b"code: MC-NEW\n") == second["course.it.md"]
    assert packed(second) == packed(dict(reversed(second.items())))
    # What the folder says is what the archive says: as many pages, questions, media that texts name.
    assert len(first) >= len(
        [name for name in FolderFiles(CONTENT / folder).names if name.endswith(".md")]
    )


@pytest.mark.slow
def test_the_latest_drafts_are_written_and_the_course_is_made_anew(catalogues):
    course = curriculum.course("MC-PROVA", modules=2, lessons=2)
    lesson = Lesson.objects.descendant_of(course).first()
    other = Lesson.objects.descendant_of(course).last()
    curriculum.in_english(lesson, "A first lesson")
    lesson.title, lesson.slug, lesson.required = "Titolo nuovo: sì", "titolo-nuovo", False
    lesson.minutes, lesson.minutes_counted = 17, False
    lesson.seo_title, lesson.outcome_keys = "Per chi cerca", ["O2", "O9"]
    lesson.body = [("text", f'<p>Vedi <a linktype="page" id="{other.pk}">qui</a>.</p>')]
    lesson.save_revision()
    import_quiz(course=course, data=quizzes.quiz_data(2))

    files = export_course(course=course)
    assert sorted(files) == [
        "01-modulo-1/01-titolo-nuovo.en.md",
        "01-modulo-1/01-titolo-nuovo.it.md",
        "01-modulo-1/02-lezione-1-2.it.md",
        "01-modulo-1/module.en.md",
        "01-modulo-1/module.it.md",
        "02-modulo-2/01-lezione-2-1.it.md",
        "02-modulo-2/02-lezione-2-2.it.md",
        "02-modulo-2/module.it.md",
        "course.en.md",
        "course.it.md",
        "quiz.yaml",
    ]
    assert files["01-modulo-1/01-titolo-nuovo.it.md"].decode() == (
        "---\ntitle: 'Titolo nuovo: sì'\nslug: titolo-nuovo\nminutes: 17\nrequired: false\n"
        "outcomes: [O2]\nseo_title: Per chi cerca\n---\n\nVedi [qui](lesson:lezione-2-2).\n"
    )
    english = files["01-modulo-1/01-titolo-nuovo.en.md"].decode()
    assert "minutes: counted\nrequired: true\noutcomes: []\n" in english

    made = import_course(files=unpacked(packed(files)), code="MC-NUOVO")
    copy = made.courses["it"]
    assert (copy.code, copy.slug, copy.title) == ("MC-NUOVO", "corso-di-prova", course.title)
    assert not Page.objects.descendant_of(copy, inclusive=True).filter(live=True).exists()
    assert not Assessment.objects.of_course(copy).get().published
    pages = Lesson.objects.descendant_of(copy)
    first, last = pages.first(), pages.last()
    assert f'id="{last.pk}"' in first.body[0].value.source
    translated = first.get_translation(curriculum.home("en").locale)
    assert (translated.title, translated.live) == ("A first lesson", False)
    assert export_course(course=copy) == {
        **files, "course.it.md": files["course.it.md"].replace(b"MC-PROVA", b"MC-NUOVO"),
    }  # fmt: skip


def test_blocks_have_the_same_ids_in_every_language(catalogues, tmp_path):
    made = import_course(files=FolderFiles(written(tmp_path)))
    italian, english = (
        [
            block.id
            for lesson in Lesson.objects.descendant_of(made.courses[code])
            for block in lesson.body
        ]
        for code in ("it", "en")
    )
    assert italian == english != []


@pytest.mark.slow
def test_what_came_in_in_two_languages_is_translated_further_here(catalogues, tmp_path):
    folder = written(tmp_path)
    english = (folder / "01-modulo/01-prima.en.md").read_text()
    english = english.replace("Un testo.", "A text.").replace("Parole.", "Words.")
    (folder / "01-modulo/01-prima.en.md").write_text(english)
    author = people.instructor()
    attach_workflow(curriculum.catalogue("en"))
    made = import_course(files=FolderFiles(folder), by=author)
    for code in ("it", "en"):
        for page in Page.objects.descendant_of(made.courses[code], inclusive=True).specific():
            curriculum.publish(page)
    course = Course.objects.get(pk=made.courses["it"].pk)
    lesson = Lesson.objects.descendant_of(course).get()
    assert {page.state for page in course_states([course])[0].pages} == {TranslationState.CURRENT}
    assert page_state(lesson).total == page_state(lesson).done > 0

    lesson.summary = "In breve."
    curriculum.publish(lesson)
    follow_italian(page=lesson)
    state = page_state(lesson)
    assert (state.state, state.missing) == (TranslationState.STALE, 1)
    translation = translation_of(lesson)
    StringTranslation.objects.create(
        translation_of=translation.source.stringsegment_set.get(string__data="In breve.").string,
        context=translation.source.stringsegment_set.get(string__data="In breve.").context,
        locale=translation.target_locale,
        data="In short.",
    )
    submit_translation(translation=translation, by=author)
    page = Lesson.objects.descendant_of(made.courses["en"]).get()
    curriculum.decide(page.current_workflow_state, people.committee())
    page.refresh_from_db()
    assert (page.summary, page.body[0].value.source) == ("In short.", "<p>A text.</p>")
    assert page_state(lesson).state == TranslationState.CURRENT


def test_an_english_lesson_below_an_italian_module_stands_in_a_mirror_of_it(catalogues, tmp_path):
    folder = written(tmp_path)
    (folder / "01-modulo/module.en.md").unlink()
    made = import_course(files=FolderFiles(folder))
    mirror = Module.objects.child_of(made.courses["en"]).get()
    assert mirror.alias_of.specific == Module.objects.child_of(made.courses["it"]).get()
    assert not mirror.live
    assert "01-modulo/module.en.md" not in export_course(course=made.courses["it"])


@pytest.mark.slow
def test_a_file_of_the_library_is_not_stored_again(catalogues, tmp_path):
    folder = written(tmp_path, body=':::file file="media/scheda.txt" title="Scheda"\n:::\n')
    (folder / "media").mkdir()
    (folder / "media/scheda.txt").write_text("Una scheda.")
    (folder / "media.yaml").write_text("media/scheda.txt: {title: La scheda, credit: Cohub}\n")
    first = import_course(files=FolderFiles(folder))
    second = import_course(files=FolderFiles(folder), code="MC-ALTRO")
    assert [(m.title, m.credit) for m in first.media] == [("La scheda", "Cohub")]
    assert second.media == []
    assert HubDocument.objects.count() == 1
    files = export_course(course=second.courses["it"])
    assert files["media/la-scheda.txt"] == b"Una scheda."
    assert files["media.yaml"] == b"media/la-scheda.txt:\n  credit: Cohub\n"


@pytest.mark.slow
def test_questions_of_several_quizzes_and_banks_come_back(catalogues):
    course = curriculum.course("MC-PROVA", modules=1, lessons=1)
    data = quizzes.quiz_data(2)
    import_quiz(course=course, data=data)
    second = quizzes.quiz_data(3) | {
        "key": "secondo",
        "bank": "Altra",
        "position": 2,
        "shuffle": True,
    }
    import_quiz(course=course, data=second)
    question = data["questions"][0] | {"key": "mai-chiesta", "points": 3}
    import_questions(course=course, data=[question])
    files = export_course(course=course)
    assert {"quiz.yaml", "quiz-2.yaml", "questions.yaml"} < set(files)
    copy = import_course(files=unpacked(packed(files)), code="MC-COPIA").courses["it"]
    assert export_course(course=copy)["quiz-2.yaml"] == files["quiz-2.yaml"]
    assert export_course(course=copy)["questions.yaml"] == files["questions.yaml"]
    assert {bank.name for bank in QuestionBank.objects.filter(course_key=copy.translation_key)} == {
        "MC-COPIA", "Altra",
    }  # fmt: skip
    assert (
        Question.objects.get(bank__course_key=copy.translation_key, key="mai-chiesta").points == 3
    )


def test_an_unfinished_draft_goes_out_and_in(catalogues):
    course = curriculum.course("MC-PROVA", modules=1, lessons=1)
    lesson = Lesson.objects.descendant_of(course).get()
    lesson.body = [
        ("image", {"image": None, "alt": "", "caption": "", "credit": ""}),
        ("accordion", {"title": "", "items": []}),
    ]
    lesson.save_revision(clean=False)
    files = export_course(course=course)
    text = files["01-modulo-1/01-lezione-1-1.it.md"].decode()
    assert text.endswith(':::image file=""\n:::\n\n:::accordion\n::item title=""\n:::\n')
    copy = import_course(files=unpacked(packed(files)), code="MC-COPIA").courses["it"]
    assert export_course(course=copy)["01-modulo-1/01-lezione-1-1.it.md"].decode() == text


def test_what_no_import_would_take_is_not_exported(catalogues):
    course = curriculum.course("MC-PROVA", modules=1, lessons=2)
    lesson = Lesson.objects.descendant_of(course).first()
    lesson.slug = "lezione-1-2"
    lesson.save_revision(clean=False)
    with pytest.raises(DomainError) as refusal:
        export_course(course=course)
    assert refusal.value.code == "not_exportable"
    assert "02-lezione-1-2.it.md:3: slug" in str(refusal.value)


def test_a_page_without_italian_is_not_left_out_in_silence(catalogues):
    course = curriculum.course("MC-PROVA", modules=1, lessons=1)
    english = curriculum.in_english(course, "A trial course")
    english.add_child(instance=Module(title="English only", slug="english-only"))
    with pytest.raises(DomainError) as refusal:
        export_course(course=course)
    assert refusal.value.code == "no_italian"
    assert "English only" in str(refusal.value)


# --- Commands --------------------------------------------------------------------------------------
@pytest.mark.slow
def test_the_commands_go_out_and_in(catalogues, tmp_path, capsys):
    import_course(files=FolderFiles(written(tmp_path)))
    target = tmp_path / "corso.zip"
    call_command("export_course", "MC-SCRITTO", str(target))
    with pytest.raises(CommandError, match="MC-SCRITTO"):
        call_command("import_course", str(target))
    call_command("import_course", str(target), code="MC-NUOVO")
    assert "MC-NUOVO: 6 drafts (it, en), 0 new files." in capsys.readouterr().out
    assert Course.objects.filter(code="MC-NUOVO", live=False).count() == 2
    with pytest.raises(CommandError, match="MC-NIENTE"):
        call_command("export_course", "MC-NIENTE", str(target))


def written(folder: Path, body: str = "Un testo.\n\n:::quote\nParole.\n:::\n") -> Path:
    """The smallest course that has everything, in two languages."""
    root = folder / "corso"
    (root / "01-modulo").mkdir(parents=True)
    italian = {
        "course": "---\ncode: MC-SCRITTO\ntitle: Scritto a mano\nsubject: crm\n"
        "outcomes: [{key: O1, text: Sa.}]\n---\nPerché.\n",
        "01-modulo/module": "---\ntitle: Uno\nslug: uno\nhours: 2.5\n---\n",
        "01-modulo/01-prima": f"---\ntitle: Prima\nslug: prima\noutcomes: [O1]\n---\n{body}",
    }
    for name, text in italian.items():
        (root / f"{name}.it.md").write_text(text)
        english = text.replace("code: MC-SCRITTO\n", "")
        (root / f"{name}.en.md").write_text(english)
    return root


# --- Texts -----------------------------------------------------------------------------------------
WORDS = st.text(
    alphabet=st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=40
)


@given(st.dictionaries(st.sampled_from(["title", "summary", "co_title"]), WORDS), WORDS)
def test_front_matter_comes_back_whatever_it_says(meta, body):
    text = write_document(meta, body.strip("\n"))
    document = parse_document("x.md", text)
    assert (document.meta, document.body) == (meta, body.strip("\n"))
    assert write_document(document.meta, document.body) == text


@given(st.recursive(WORDS | st.booleans() | st.integers(), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
    st.sampled_from(["a", "it", "key"]), inner), max_leaves=8))  # fmt: skip
def test_yaml_comes_back_whatever_it_says(data):
    assert load_yaml(write_yaml({"x": data}), name="x.yaml") == {"x": data}
