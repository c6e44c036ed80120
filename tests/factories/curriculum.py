"""A small course as instructors make it: published Italian pages, one lesson in English too."""

from wagtail.models import Locale, Page, Site

from cms.models import HomePage
from curriculum.models import Catalogue, Course, CourseInstructor, Lesson, Module
from curriculum.review import attach_workflow
from tests.factories.stamps import stamped


@stamped
def home(language: str = "it") -> HomePage:
    """The home page of a language; the Italian one is the site's root."""
    locale, _made = Locale.objects.get_or_create(language_code=language)
    page = HomePage.objects.filter(locale=locale).first()
    if page:
        return page
    # A test with real transactions ends with empty tables: the tree's root is made again.
    root = Page.get_first_root_node() or Page.add_root(
        instance=Page(title="Root", slug="root", locale=locale)
    )
    if language == "it":
        Page.objects.filter(depth=2, slug="home").exclude(
            pk__in=HomePage.objects.values("pk")
        ).update(slug="welcome")
        page = root.add_child(instance=HomePage(title="Cohub Milano", slug="home", locale=locale))
        Site.objects.update_or_create(
            is_default_site=True, defaults={"hostname": "localhost", "root_page": page}
        )
        # The paths of a site's roots are cached for an hour.
        Site.clear_site_root_paths_cache()
        return page
    page = home("it").copy_for_translation(locale)
    return publish(page)


def publish(page):
    page.save_revision().publish()
    page.refresh_from_db()
    return page


@stamped
def catalogue(language: str = "it") -> Catalogue:
    parent = home(language)
    found = Catalogue.objects.child_of(parent).first()
    if found:
        return found
    if language == "it":
        page = parent.add_child(instance=Catalogue(title="Master Civici", slug="master-civici"))
        return publish(page)
    return publish(catalogue("it").copy_for_translation(parent.locale))


@stamped
def course(code: str = "MC-PROVA", *, modules: int = 2, lessons: int = 2, **fields) -> Course:
    """A published course of `modules` × `lessons`, with two outcomes."""
    fields = {
        "title": "Corso di prova", "subject": "codesign", "hours_class": 8,
        "summary": "Un corso per provare.",
    } | fields  # fmt: skip
    page = catalogue().add_child(
        instance=Course(
            code=code,
            slug=code.lower(),
            outcomes=[
                ("outcome", {"key": "O1", "text": "Riconosce chi va invitato."}),
                ("outcome", {"key": "O2", "text": "Conduce un incontro."}),
            ],
            **fields,
        )
    )
    publish(page)
    for number in range(1, modules + 1):
        module = page.add_child(
            instance=Module(title=f"Modulo {number}", slug=f"modulo-{number}", hours=4)
        )
        publish(module)
        for position in range(1, lessons + 1):
            lesson(module, f"Lezione {number}.{position}")
    return page


@stamped
def lesson(module: Module, title: str, **fields) -> Lesson:
    body = fields.pop("body", [("text", f"<p>Il testo di {title}.</p>")])
    slug = fields.pop("slug", title.lower().replace(" ", "-").replace(".", "-"))
    fields = {"minutes_counted": "minutes" not in fields} | fields
    page = module.add_child(instance=Lesson(title=title, slug=slug, body=body, **fields))
    return publish(page)


@stamped
def in_english(page, title: str):
    """A published English version of `page`, with its parents."""
    english, _made = Locale.objects.get_or_create(language_code="en")
    home("en")
    catalogue("en")
    for ancestor in page.get_ancestors().specific():
        if ancestor.depth > 3 and not ancestor.has_translation(english):
            publish(ancestor.copy_for_translation(english))
    copy = page.copy_for_translation(english)
    copy.title = title
    return publish(copy)


def teach(course: Course, user) -> CourseInstructor:
    return CourseInstructor.objects.create(course=course, user=user)


CHECKLIST = {
    item: {"answer": "yes", "remark": ""}
    for item in ("scientific", "cultural", "professional", "sources", "accessibility")
}


def submit(page, by, **changes):
    """Save `changes` as a new version and send it to the committee; the workflow's state."""
    attach_workflow(Catalogue.objects.get(locale=page.locale))
    page = page.specific.get_latest_revision_as_object() if page.latest_revision_id else page
    for name, value in changes.items():
        setattr(page, name, value)
    page.save_revision(user=by)
    return page.get_workflow().start(page, by)


def decide(state, by, action="approve", **answers):
    """The decision of a member on what waits, with a full checklist unless another is given."""
    answers = ({"checklist": CHECKLIST} if action == "approve" else {"comment": "Manca."}) | answers
    task_state = state.current_task_state.specific
    task_state.task.specific.on_action(task_state, by, action, **answers)
    state.refresh_from_db()
    return state
