"""Who reads a lesson at its own address; learners read their cohort's version of it."""

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from wagtail.documents.models import AbstractDocument
from wagtail.models import Page, ReferenceIndex
from wagtail.permissions import policy_registry
from wagtail.query import PageQuerySet

from cms.summary import open_to_all
from curriculum.models import Course, CourseInstructor, Lesson
from lms.accounts.choices import Role
from lms.accounts.models import User

READERS = (Role.INSTRUCTOR, Role.ADMINISTRATOR, Role.COMMITTEE)


def may_read_lessons(user: User) -> bool:
    """Those who write, teach and review. A lesson's text belongs to a cohort: the public sees what it is about."""
    return user.is_authenticated and user.has_role(*READERS)


def may_translate(user: User, page: Page) -> bool:
    """Whoever may change the page, in whatever language; a committee member who reviews it may not.

    Wagtail's own tester would also let in those who decide on the page's review.
    """
    if not user.has_role(Role.INSTRUCTOR, Role.ADMINISTRATOR):
        return user.is_superuser
    policy = policy_registry.get_by_type(Page)
    return policy.user_has_permission_for_instance(user, "change", page)


def may_import_courses(user: User) -> bool:
    """Whoever makes courses, and answers for what the library takes in."""
    return user.is_authenticated and user.has_role(Role.ADMINISTRATOR)


def may_export_course(user: User, course: Course) -> bool:
    """Its authors: an archive holds the drafts, and the right answers."""
    return user.is_authenticated and may_author(user, course)


def choosable_pages(user: User, pages: PageQuerySet) -> PageQuerySet:
    """Whoever enters the admin may link to any published page; drafts are chosen by who may see them."""
    explorable = policy_registry.get_by_type(Page).explorable_instances(user)
    return pages.filter(Q(live=True) | Q(pk__in=explorable.values("pk")))


def is_open_document(document: AbstractDocument) -> bool:
    """Some page that anybody may read offers it, other than a lesson (whose text the public does not see).

    A file that no open page offers is not open, also while nobody uses it: a draft may. Two queries.
    """
    references = ReferenceIndex.get_references_to(document).filter(
        base_content_type=ContentType.objects.get_for_model(Page)
    )
    pages = {int(pk) for pk in references.values_list("object_id", flat=True)}
    return bool(pages) and open_to_all(Page.objects.filter(pk__in=pages)).not_type(Lesson).exists()


def may_author(user: User, course: Course) -> bool:
    """Adds, renames, moves and copies pages of this course: its instructors, in every language, and administrators."""
    if user.has_role(Role.ADMINISTRATOR):
        return True
    return user.has_role(Role.INSTRUCTOR) and _teaches(user, course)


def may_see_desk(user: User, course: Course) -> bool:
    """Reads the outline of drafts: the authors, and the committee, which answers for every course."""
    return user.has_role(Role.COMMITTEE) or may_author(user, course)


def may_set_public_order(user: User, course: Course) -> bool:
    """Moves published pages of a published course: the committee, but who teaches it (docs/decisions/0055)."""
    if user.is_superuser:
        return user.is_active
    return user.has_role(Role.COMMITTEE) and not _teaches(user, course)


def _teaches(user: User, course: Course) -> bool:
    """In whichever language of the course."""
    taught = CourseInstructor.objects.filter(user=user)
    return taught.filter(course__translation_key=course.translation_key).exists()
