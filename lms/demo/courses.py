"""The five courses of the demo, made from the folders under `lms/demo/content/`."""

from pathlib import Path

from assessment.models import Assessment
from cms.models import HomePage
from curriculum.exchange import Document, Resolver, read_document, rich_text, stream_blocks
from curriculum.exchange.archives import FolderFiles
from curriculum.models import Catalogue, Course, Programme, ProgrammeCourse
from curriculum.services import Imported, import_course
from lms.accounts.models import User

CONTENT = Path(__file__).parent / "content"
FOLDERS = ["co-design", "community-management", "fundraising", "marketing", "crm"]


def create_catalogue(homes: dict[str, HomePage]) -> dict[str, Catalogue]:
    """The catalogue page in each language, by language code."""
    texts = {
        "it": (
            "Master Civici",
            "master-civici",
            "Cinque percorsi per chi progetta, anima, finanzia e racconta servizi collaborativi: "
            "on line, e insieme nella casa.",
        ),
        "en": (
            "Master Civici",
            "master-civici",
            "Five courses for people who design, host, fund and tell collaborative services: "
            "online, and together in the house.",
        ),
    }
    pages: dict[str, Catalogue] = {}
    for code, home in homes.items():
        title, slug, summary = texts[code]
        page = Catalogue(
            title=title, slug=slug, summary=summary, show_in_menus=True, locale=home.locale
        )
        if "it" in pages:
            page.translation_key = pages["it"].translation_key
        home.add_child(instance=page)
        page.save_revision().publish()
        pages[code] = page
    return pages


def create_course(folder: Path, by: User) -> Imported:
    """One course from its folder: drafts in every language that it has, and its quiz, open."""
    made = import_course(files=FolderFiles(folder), by=by)
    Assessment.objects.of_course(made.courses["it"]).update(published=True)
    return made


def create_programmes(catalogues: dict[str, Catalogue], by: User) -> list[Programme]:
    """Drafts of the programmes of `content/percorsi/`, in each language; the courses are there already."""
    made: list[Programme] = []
    courses = {course.code: course for course in Course.objects.filter(locale__language_code="it")}
    for path in sorted((CONTENT / "percorsi").glob("*.it.md")):
        italian = read_document(path)
        key = None
        for code, parent in catalogues.items():
            document = read_document(path.with_name(path.name.replace(".it.md", f".{code}.md")))
            meta = italian.meta | document.meta
            page = Programme(
                title=meta["title"], slug=meta["slug"], summary=meta["summary"],
                co_title=meta.get("co_title", ""), audience=meta["audience"],
                fee_text=meta.get("fee_text", ""), faq=_faq(meta), locale=parent.locale, owner=by,
                live=False,
            )  # fmt: skip
            page.introduction = _parsed(
                Programme, "introduction", document, italian.meta["slug"], Resolver()
            )
            if key:
                page.translation_key = key
            parent.refresh_from_db()
            parent.add_child(instance=page)
            key = page.translation_key
            page.course_rows = [
                ProgrammeCourse(course=courses[code], sort_order=number)
                for number, code in enumerate(italian.meta["courses"])
                if code in courses
            ]
            page.save_revision(user=by)
            made.append(page)
    return made


def _faq(meta: dict) -> list[tuple[str, dict]]:
    return [
        (
            "question",
            {"question": one["question"], "answer": rich_text(one["answer"], Resolver())},
        )
        for one in meta.get("faq", [])
    ]


def _parsed(model: type, name: str, document: Document, key: str, resolver: Resolver):
    block = model._meta.get_field(name).stream_block
    return block.to_python(stream_blocks(document, key=key, resolver=resolver))
