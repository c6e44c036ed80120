"""Making and removing the demo; everything is made through the services of its package."""

from collections.abc import Iterable
from datetime import date
from random import Random

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.files.storage import storages
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks_db.models import DBTaskResult
from wagtail.models import Page

from certificates.models import Certificate, NumberCounter
from curriculum.models import CourseInstructor
from curriculum.review import attach_all
from curriculum.services import start_site
from lms.accounts.models import User
from lms.cohorts.models import ApplicationFile, Cohort
from lms.cohorts.services import note_interest
from lms.core.errors import DomainError
from lms.core.services import mails_held_back
from lms.demo.announcements import announce
from lms.demo.clock import moment
from lms.demo.cohorts import PLANS, Opened, create_cohort
from lms.demo.courses import CONTENT, FOLDERS, create_course, create_programmes
from lms.demo.hub import create_hub
from lms.demo.learning import mark_lessons, open_modules_later
from lms.demo.ledgers import (
    Habits,
    fill_registers,
    issue_certificates,
    read_lessons,
    take_quizzes,
    withdraw_one,
)
from lms.demo.life import create_closures, keep_seats, open_again
from lms.demo.models import DemoObject
from lms.demo.people import DOMAIN, create_people
from lms.demo.review import forget_reviews, leave_work_to_do, review_course
from lms.demo.rooms import create_rooms
from lms.demo.selection import create_decided_cohort, read_some_applications
from lms.demo.translations import create_translations, make_some_stale
from lms.demo.versions import bring_in_erratum, publish_again, write_first_versions
from lms.demo.ways_in import keep_books, open_ways_in

CODES = ["MC-CODESIGN", "MC-COMMUNITY", "MC-FUNDRAISING", "MC-MARKETING", "MC-CRM"]


def create_demo(*, seed: int, today: date, report=lambda line: None) -> None:
    """Make the whole demo round `today` (a day of Europe/Rome): the same for the same seed and day.

    Refused with `production` and `demo_exists`. `report` is called with a line for each stage.
    """
    refuse_production()
    if DemoObject.objects.exists() or User.objects.filter(email__endswith=f"@{DOMAIN}").exists():
        raise DomainError(_("There is a demo already: remove it first."), "demo_exists")
    # The same at any hour of the day: what happens today has not happened yet.
    now = min(timezone.now(), moment(today, 0))
    with mails_held_back():
        with transaction.atomic():
            people = create_people(Random(f"{seed}:people"), CODES)
            mark_demo([*people.organisations, *people.everyone(), *create_rooms()])
            mark_demo(create_closures(today))
            report(f"{len(people.everyone())} people")
            hub = create_hub(today, people.superuser)
            mark_demo(hub["objects"])
            attach_all()
            report(f"{len(hub['objects'])} pages and snippets of the hub")
        courses = {}
        for folder, code in zip(FOLDERS, CODES, strict=True):
            with transaction.atomic():
                author = people.instructors[code]
                made = create_course(CONTENT / folder, author)
                mark_demo([*made.media, *made.courses.values(), *made.others])
                if code == CODES[0]:
                    texts = write_first_versions(made.courses["it"], author)
                for page in made.courses.values():
                    review_course(page, author=author, member=people.committee, today=today)
                    page.refresh_from_db()
                courses[code] = made.courses["it"]
                _teach(made.courses.values(), author)
                report(f"course {code}")
        with transaction.atomic():
            report(f"{create_translations(courses.values(), people.superuser)} translations")
            author = people.instructors[CODES[0]]
            programmes = create_programmes(hub["catalogues"], author)
            mark_demo(programmes)
            for page in programmes:
                review_course(page, author=author, member=people.committee, today=today)
        opened: list[Opened] = []
        for plan in PLANS:
            random = Random(f"{seed}:{plan.code}")
            with transaction.atomic():
                cohort = create_cohort(plan, courses[plan.course], people, today, random)
                mark_demo([cohort.cohort])
                habits = Habits(cohort.enrolments, random)
                if plan.weeks <= -6:
                    withdraw_one(cohort)
                fill_registers(cohort, habits, now)
                read_lessons(cohort, habits, now)
                take_quizzes(cohort, habits, now)
                if plan.code == "MC-CODESIGN-2026-2":
                    # Dice of their own: who adds to the books changes nobody's marks.
                    dice = Random(f"{seed}:{plan.code}:fees")
                    keep_books(cohort.cohort, cohort.enrolments, people.administrator, today, dice)
                if plan.code == "MC-CODESIGN-2026-3":
                    open_ways_in(cohort.cohort, people, today)
            opened.append(cohort)
            report(f"cohort {plan.code}: {len(cohort.enrolments)} learners")
        with transaction.atomic():
            read_some_applications(opened[2].cohort, people, today)
            mark_demo([create_decided_cohort(courses["MC-COMMUNITY"], people, today)])
            report("applications read, ranked, and one seat offered")
        with transaction.atomic():
            publish_again(texts, author=author, member=people.committee, today=today)
            bring_in_erratum(opened[1], today)
            mark_lessons(opened[1])
            open_modules_later(opened[1], today)
            keep_seats(_cohort(opened, "MC-CODESIGN-2026-3"), people.administrator)
            open_again(_cohort(opened, "MC-FUNDRAISING-2026-2"), today, people.administrator)
            announce(opened[1], today)
            leave_work_to_do(courses, people.instructors, people.committee, today)
            report("the committee: one page waits, one was sent back")
            make_some_stale(courses[CODES[0]], author=author, member=people.committee)
            for user in people.learners[5:12]:
                note_interest(course=courses["MC-CRM"], user=user)
        certificates = issue_certificates(opened[0], people.administrator)
        report(f"{len(certificates)} certificates")


def _cohort(opened: list[Opened], code: str) -> Cohort:
    return next(row.cohort for row in opened if row.cohort.code == code)


def remove_demo() -> int:
    """Delete everything marked demo and what hangs on it; the number of marked objects removed.

    What is left is a site that can begin: empty home pages and catalogues (`start_site`).
    """
    refuse_production()
    with transaction.atomic():
        files, private = _demo_files(), _applicants_files()
        rows = list(DemoObject.objects.select_related("content_type").order_by("-pk"))
        for row in rows:
            found = row.content_type.model_class()._base_manager.filter(pk=row.object_id)
            if issubclass(found.model, Page):
                # The tree's own delete: it takes the descendants and keeps the counts right.
                for page in Page.objects.filter(pk=row.object_id):
                    forget_reviews(page.get_descendants(inclusive=True))
                    page.specific.delete()
            else:
                delete_with_dependents(found)
        DemoObject.objects.all().delete()
        NumberCounter.objects.exclude(year__in=Certificate.objects.values("year")).delete()
        start_site()
    for name in files:
        storages["certificates"].delete(name)
    for name in private:
        storages["private"].delete(name)
    return len(rows)


def _demo_files() -> list[str]:
    """Names of the certificates' files of the demo's cohorts."""
    marks = DemoObject.objects.filter(content_type=ContentType.objects.get_for_model(Cohort))
    certificates = Certificate.objects.produced().filter(
        enrolment__cohort__in=[int(mark.object_id) for mark in marks]
    )
    return list(certificates.values_list("file", flat=True))


def _applicants_files() -> list[str]:
    """Names of the files that came with applications to the demo's cohorts."""
    marks = DemoObject.objects.filter(content_type=ContentType.objects.get_for_model(Cohort))
    cohorts = [int(mark.object_id) for mark in marks]
    files = ApplicationFile.objects.filter(application__cohort__in=cohorts)
    return list(files.values_list("stored", flat=True))


def delete_with_dependents(objects: models.QuerySet) -> None:
    """Delete rows together with the history that protects them: for the demo's own rows only.

    Ledgers are append-only by their models; here the rows go by plain SQL, children first.
    """
    from django.db.models.deletion import Collector, ProtectedError, RestrictedError

    while True:
        collector = Collector(using=objects.db, origin=objects)
        try:
            collector.collect(objects.all())
        except ProtectedError as error:
            protected: Iterable = error.protected_objects
        except RestrictedError as error:
            protected = error.restricted_objects
        else:
            collector.delete()
            return
        by_model: dict[type, list] = {}
        for row in protected:
            by_model.setdefault(type(row), []).append(row.pk)
        for model, pks in by_model.items():
            delete_with_dependents(model._base_manager.filter(pk__in=pks))


def mark_demo(objects: Iterable) -> None:
    """Remember that these rows belong to the demo."""
    DemoObject.objects.bulk_create(
        (
            DemoObject(content_type=ContentType.objects.get_for_model(row), object_id=str(row.pk))
            for row in objects
        ),
        ignore_conflicts=True,
    )


def refuse_production() -> None:
    """The demo belongs to a machine of one's own; production settings have no mailbox."""
    if not settings.DEMO_ALLOWED:
        raise DomainError(_("The demo is refused under production settings."), "production")


def _teach(courses: Iterable, user: User) -> None:
    for course in courses:
        CourseInstructor.objects.create(course=course, user=user)


def forget_index_tasks() -> None:
    """Take back the waiting tasks that the caller has done whole: Wagtail's indexes, the English of the courses."""
    DBTaskResult.objects.ready().filter(
        task_path__in=[
            "wagtail.tasks.update_reference_index_task",
            "modelsearch.tasks.insert_or_update_object_task",
            "curriculum.tasks.follow_italian",
        ]
    ).delete()
