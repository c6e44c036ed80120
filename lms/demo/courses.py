"""The five courses of the demo, made from the folders under `lms/demo/content/`."""

from pathlib import Path

from django.core.files.base import ContentFile
from wagtail.models import Locale

from cms.models import HomePage, HubDocument, HubImage, Partner
from curriculum.exchange import (
    Document,
    Resolver,
    page_at,
    read_document,
    rich_text,
    stream_blocks,
)
from curriculum.models import Catalogue, Course, Lesson, Module, Programme, ProgrammeCourse
from lms.accounts.models import User

CONTENT = Path(__file__).parent / "content"
FOLDERS = ["co-design", "community-management", "fundraising", "marketing", "crm"]


class Media:
    """The files of one course's `media/` folder, stored once each."""

    def __init__(self, folder: Path, by: User):
        self.folder, self.by = folder, by
        self.made: dict[str, HubImage | HubDocument] = {}

    def image(self, name: str) -> int:
        return self._store(HubImage, name)

    def document(self, name: str) -> int:
        return self._store(HubDocument, name)

    def _store(self, model: type, name: str) -> int:
        if name not in self.made:
            path = self.folder / name
            title = path.stem.replace("-", " ").capitalize()
            file = ContentFile(path.read_bytes(), name=path.name)
            media = model(title=title, file=file, uploaded_by_user=self.by)
            media.file_size = path.stat().st_size
            media.save()
            self.made[name] = media
        return self.made[name].pk


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


def create_course(folder: Path, catalogues: dict[str, Catalogue], by: User) -> dict:
    """One course in Italian and English, as drafts; returns the pages by language and the media made."""
    media = Media(folder, by)
    courses: dict[str, Course] = {}
    for code, parent in catalogues.items():
        course = _course_page(folder, parent, courses.get("it"), by)
        lessons: dict[str, tuple[Lesson, Document]] = {}
        for module_folder in sorted(p for p in folder.iterdir() if (p / "module.it.md").exists()):
            module = _module_page(module_folder, course, code)
            for path in sorted(module_folder.glob("[0-9]*.it.md")):
                stem = path.name.removesuffix(".it.md")
                document = read_document(path.with_name(f"{stem}.{code}.md"))
                lesson = _lesson_page(document, read_document(path), module)
                # Links name the Italian slug, in every language.
                lessons[read_document(path).meta["slug"]] = (lesson, document)
        _fill_lessons(lessons, media, parent.locale, by)
        courses[code] = course
    return {"courses": courses, "media": list(media.made.values())}


def _course_page(folder: Path, parent: Catalogue, source: Course | None, by: User) -> Course:
    italian = read_document(folder / "course.it.md")
    document = read_document(folder / f"course.{parent.locale.language_code}.md")
    meta = italian.meta | document.meta
    course = Course(
        title=meta["title"],
        slug=meta["slug"],
        summary=meta["summary"],
        code=italian.meta["code"],
        co_title=meta.get("co_title", ""),
        subject=italian.meta["subject"],
        audience=italian.meta["audience"],
        outcomes=[("outcome", outcome) for outcome in meta["outcomes"]],
        prerequisites=meta.get("prerequisites", ""),
        assessment_text=meta.get("assessment", ""),
        prerequisite_codes=italian.meta.get("courses_before", []),
        partner_keys=_partner_keys(italian.meta.get("partners", [])),
        fee=italian.meta.get("fee"),
        fee_text=meta.get("fee_text", ""),
        bursary_text=meta.get("bursary_text", ""),
        faq=_faq(meta),
        locale=parent.locale,
        owner=by,
        live=False,
        **{
            name: italian.meta[name]
            for name in (
                "hours_class", "hours_project", "hours_total", "eqf_level", "attendance_threshold",
            )
        },
    )  # fmt: skip
    course.introduction = _parsed(Course, "introduction", document, meta["code"], Resolver())
    if source:
        course.translation_key = source.translation_key
    parent.add_child(instance=course)
    course.save_revision(user=by)
    return course


def _partner_keys(names: list[str]) -> list[str]:
    """Partners by name, in the order given; one that the network does not have is left out."""
    keys = dict(Partner.objects.values_list("name", "translation_key"))
    return [str(keys[name]) for name in names if name in keys]


def _faq(meta: dict) -> list[tuple[str, dict]]:
    return [
        (
            "question",
            {"question": one["question"], "answer": rich_text(one["answer"], Resolver())},
        )
        for one in meta.get("faq", [])
    ]


def create_programmes(catalogues: dict[str, Catalogue], by: User) -> list[Programme]:
    """Drafts of the programmes of `content/percorsi/`, in each language; the courses are there already."""
    made: list[Programme] = []
    for path in sorted((CONTENT / "percorsi").glob("*.it.md")):
        italian = read_document(path)
        courses = {
            course.code: course for course in Course.objects.filter(locale__language_code="it")
        }
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


def _module_page(folder: Path, course: Course, code: str) -> Module:
    italian = read_document(folder / "module.it.md")
    document = read_document(folder / f"module.{code}.md")
    module = Module(
        title=document.meta["title"],
        slug=document.meta["slug"],
        summary=document.meta.get("summary", ""),
        hours=italian.meta["hours"],
        outcome_keys=italian.meta.get("outcomes", []),
        locale=course.locale,
        owner=course.owner,
        live=False,
    )
    if code != "it":
        module.translation_key = Module.objects.get(
            slug=italian.meta["slug"],
            locale=Locale.objects.get(language_code="it"),
            path__startswith=course.get_translation(Locale.objects.get(language_code="it")).path,
        ).translation_key
    course.add_child(instance=module)
    module.save_revision(user=course.owner)
    return module


def _lesson_page(document: Document, italian: Document, module: Module) -> Lesson:
    """The page without its body yet: links need the other lessons' ids."""
    lesson = Lesson(
        title=document.meta["title"],
        slug=document.meta["slug"],
        summary=document.meta.get("summary", ""),
        minutes=italian.meta.get("minutes", 0),
        minutes_counted="minutes" not in italian.meta,
        required=italian.meta.get("required", True),
        outcome_keys=italian.meta.get("outcomes", []),
        locale=module.locale,
        owner=module.owner,
        live=False,
    )
    if document is not italian and document.path != italian.path:
        italian_module = module.get_translation(Locale.objects.get(language_code="it"))
        lesson.translation_key = (
            Lesson.objects.child_of(italian_module).get(slug=italian.meta["slug"]).translation_key
        )
    module.add_child(instance=lesson)
    return lesson


def _fill_lessons(
    lessons: dict[str, tuple[Lesson, Document]], media: Media, locale: Locale, by: User
) -> None:
    ids = {slug: lesson.pk for slug, (lesson, _document) in lessons.items()}
    resolver = Resolver(
        image=media.image,
        document=media.document,
        lesson=ids.get,
        page=lambda path: page_at(path, locale),
    )
    for slug, (lesson, document) in lessons.items():
        lesson.body = _parsed(Lesson, "body", document, f"{media.folder.name}/{slug}", resolver)
        lesson.save_revision(user=by)


def _parsed(model: type, name: str, document: Document, key: str, resolver: Resolver):
    block = model._meta.get_field(name).stream_block
    return block.to_python(stream_blocks(document, key=key, resolver=resolver))
