"""A small world with one person of every role and one object of every kind: for tests across packages."""

import datetime
import hashlib
import uuid
from types import SimpleNamespace

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.utils import timezone

from assessment.models import Question
from certificates import services as certificates_services
from certificates.models import Certificate
from cms.models import CommitteeMember, HubDocument, Partner
from curriculum.models import Module
from curriculum.services import duplication
from curriculum.services.translation_jobs import JOB_KIND
from curriculum.services.translations import translate_page
from lms.accounts.models.invitation import token_digest
from lms.accounts.services import invite_person
from lms.attendance import services as attendance_services
from lms.cohorts import services
from lms.cohorts.choices import StaffFunction
from lms.cohorts.models import (
    ApplicationFile,
    Closure,
    ManagerAssignment,
    RosterImport,
    SeatGrant,
    SeatInvitation,
)
from lms.community import services as community_services
from lms.core.jobs import start_job
from lms.progress import services as progress_services
from tests.factories import (
    accounts,
    assessment,
    certificates,
    cohorts,
    curriculum,
    people,
    selection,
    ways_in,
)
from tests.factories import cms as hub

ROLES = [
    "anonymous",
    "learner",
    "peer",
    "withdrawn",
    "stranger",
    "instructor",
    "other_instructor",
    "inspector",
    "expired",
    "manager",
    "other_manager",
    "committee",
    "administrator",
    "superuser",
]

# What must not be seen by whoever must not see it, each in the place where it stands.
CANARIES = {
    "draft": "CANARINO-BOZZA",
    "draft_cohort": "MC-CANARINO-2026-9",
    "draft_quiz": "CANARINO-QUIZ",
    "answer": "CANARINO-GIUSTA",
    "feedback": "CANARINO-SPIEGAZIONE",
    "link": "https://aula.example/canarino-link",
    "excuse": "CANARINO-MOTIVO",
    "motivation": "CANARINO-CANDIDATURA",
    "file": "CANARINO-ALLEGATO",
    "withdrawal": "CANARINO-RITIRO",
    "note": "CANARINO-REVOCA",
    "surname": "Canarini-Ombra",
    "email": "canarino@ombra.example",
    "tax_code": "PRVMRA90A41F205V",
    "help": "CANARINO-SPORTELLO",
    "announcement": "CANARINO-AVVISO",
    "highlight": "CANARINO-EVIDENZIATO",
}


def build() -> SimpleNamespace:
    """Course A with the cohort `ours`, course B with `theirs`; see `ROLES` for who stands where."""
    w = SimpleNamespace()
    w.course = curriculum.course("MC-PROVA")
    w.other_course = curriculum.course("MC-ALTRO", title="Un altro corso")
    w.ours, [w.enrolment, w.peer_enrolment] = certificates.finished_cohort(
        "MC-PROVA-2026-1", learners=2, course=w.course
    )
    w.theirs = cohorts.cohort("MC-ALTRO-2026-1", course=w.other_course)
    w.draft = cohorts.draft_cohort(CANARIES["draft_cohort"], course=w.course)
    _people(w)
    _hub(w)
    _ledgers(w)
    _ways_in(w)
    return w


def _people(w) -> None:
    w.learner, w.peer = w.enrolment.user, w.peer_enrolment.user
    peer = w.peer
    peer.last_name, peer.email, peer.tax_code = (
        CANARIES["surname"], CANARIES["email"], CANARIES["tax_code"],
    )  # fmt: skip
    peer.save()
    gone = cohorts.learner(w.ours)
    services.withdraw(
        enrolment=gone, on=timezone.localdate(), reason=CANARIES["withdrawal"], by=None
    )
    gone.refresh_from_db()
    w.withdrawn_enrolment, w.withdrawn = gone, gone.user
    w.stranger_enrolment = cohorts.learner(w.theirs)
    w.stranger = w.stranger_enrolment.user
    w.instructor = cohorts.teacher(w.ours)
    curriculum.teach(w.course, w.instructor)
    w.other_instructor = cohorts.teacher(w.theirs)
    curriculum.teach(w.other_course, w.other_instructor)
    w.inspector = people.person()
    services.assign_staff(
        cohort=w.ours,
        user=w.inspector,
        function=StaffFunction.INSPECTOR,
        by=None,
        until=timezone.localdate(),
    )
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    w.expired = cohorts.teacher(w.ours, until=yesterday)
    w.manager, w.other_manager = cohorts.manager(w.ours), cohorts.manager(w.theirs)
    w.committee, w.administrator = people.committee(), people.administrator()
    w.superuser = accounts.superuser()
    w.anonymous = None


def _hub(w) -> None:
    w.event = hub.event(title="Una sera", slug="una-sera")
    hub.news(title="Una notizia", slug="una-notizia")
    hub.help_desk()
    w.standard = hub.standard()
    w.help_request = hub.help_request(message=CANARIES["help"])
    locale = w.course.locale
    w.partner = Partner.objects.create(name="Ente", locale=locale)
    w.member = CommitteeMember.objects.create(name="Studiosa", locale=locale)
    w.topic = hub.topic("Tema", "tema")
    w.organisation = people.organisation()
    w.room = cohorts.room()
    w.closure = Closure.objects.create(
        first_day=datetime.date(2026, 8, 10), last_day=datetime.date(2026, 8, 21), reason="Ferie"
    )
    w.assignment = ManagerAssignment.objects.get(user=w.manager)
    w.invitation = invite_person(email="nuova@example.org", by=w.administrator)
    w.document = HubDocument.objects.create(
        title="Scheda", file=ContentFile(b"testo", name="scheda.txt")
    )
    draft = w.course.get_descendants().filter(depth=6).last().specific
    draft.title = CANARIES["draft"]
    draft.save_revision()
    curriculum.catalogue("en")
    w.translation = translate_page(page=w.course, by=None)
    w.segment = w.translation.source.stringsegment_set.first()
    w.translation_job = start_job(
        kind=JOB_KIND, total=1, by=w.instructor,
        data={"course": w.course.pk, "action": "translate", "changed": 0, "refused": []},
    )  # fmt: skip
    hub.below(hub.news_list(), hub.NewsPage, live=False, title=CANARIES["draft"], slug="bozza")
    hub.event(live=False, title=CANARIES["draft"], slug="bozza-evento")


def _ledgers(w) -> None:
    w.session = w.ours.sessions.order_by("number").first()
    w.session.teachers.add(w.expired)
    w.certificate = _produced(w.enrolment)
    w.revoked = certificates_services.revoke(
        certificate=_produced(w.peer_enrolment),
        reason_class="issued_in_error",
        note=CANARIES["note"],
        by=w.administrator,
    )
    w.coming = cohorts.session(
        w.ours,
        starts_at=timezone.now() + datetime.timedelta(minutes=10),
        mode="remote",
        link=CANARIES["link"],
    )
    w.feed = services.renew_feed(user=w.learner, asking="a" * 22, serial=0)
    attendance_services.record_excuse(
        enrolment=w.peer_enrolment, session=w.session, reason=CANARIES["excuse"], by=w.administrator
    )
    w.announcement = community_services.publish_announcement(
        announcement=community_services.save_draft(
            cohort=w.ours,
            key=uuid.UUID(int=9),
            words={
                "title": "Un avviso", "text": CANARIES["announcement"], "title_en": "", "text_en": "",
            },
            by_mail=False,
            pinned=False,
            by=w.administrator,
        ),
        by=w.administrator,
    )  # fmt: skip
    w.lesson = w.ours.lessons.select_related("lesson").first()
    w.quiz = assessment.Assessment.objects.of_course(w.course).get()
    for question in Question.objects.filter(bank__course_key=w.course.translation_key):
        question.feedback = {"it": CANARIES["feedback"]}
        question.save()
        for choice in question.choices.all():
            choice.feedback = {"it": CANARIES["answer"]}
            choice.save()
    w.draft_quiz = assessment.quiz(
        w.course, 1, key="bozza-quiz", title={"it": CANARIES["draft_quiz"]}
    )
    w.draft_quiz.published = False
    w.draft_quiz.save()
    w.question = w.quiz.question_rows.first().question
    w.bank = w.question.bank
    w.done_attempt = assessment.attempt(w.peer_enrolment, w.quiz)
    w.attempt = assessment.attempt(w.enrolment, w.quiz, submit=False)
    w.application_question = services.add_question(
        cohort=w.ours, kind="file", labels={"it": "Un lavoro tuo"}, required=False, by=None
    )
    w.application = services.apply(
        cohort=w.ours, user=w.stranger, motivation=CANARIES["motivation"]
    )
    stored = storages["private"].save("applications/canarino", ContentFile(b"CANARINO-ALLEGATO"))
    w.application_file = ApplicationFile.objects.create(
        application=w.application, question=w.application_question, stored=stored,
        name=f"{CANARIES['file']}.pdf", content_type="application/pdf", size=17,
    )  # fmt: skip
    _selection(w)
    w.job = start_job(
        kind=certificates_services.JOB_KIND,
        total=1,
        data={"cohort": w.ours.pk, "kind": "frequenza", "enrolments": [], "refused": []},
    )
    w.module = Module.objects.child_of(w.course).first()
    w.copy_job = start_job(
        kind=duplication.JOB_KIND, total=1, by=w.instructor, data={"source": w.module.pk}
    )
    w.unknown_uuid = uuid.UUID(int=7)
    _highlight(w)


def _highlight(w) -> None:
    """Of `peer`, with a remark that nobody else may read, in the lesson that every address leads to."""
    block = w.lesson.lesson.body[0].id
    w.highlight = progress_services.mark_passage(
        enrolment=w.peer_enrolment,
        lesson=w.lesson,
        passage=progress_services.Passage(
            key=uuid.UUID(int=8),
            language="it",
            version="",
            block=uuid.UUID(block),
            quote="Il testo",
        ),
        remark=CANARIES["highlight"],
    )


def _ways_in(w) -> None:
    w.key, w.key_token = ways_in.key(w.theirs, uses=5, by=w.administrator)
    w.roster = RosterImport.objects.create(
        cohort=w.ours, by=w.administrator, file_name="elenco.csv", sha256="0" * 64, size=1
    )
    w.grant = SeatGrant.objects.create(
        cohort=w.theirs, organisation=w.organisation, seats=1,
        last_day=timezone.localdate() + datetime.timedelta(days=9),
    )  # fmt: skip
    w.seat_token = "z" * 43
    SeatInvitation.objects.create(
        grant=w.grant, email="invitata@ente.example", token_hash=token_digest(w.seat_token)
    )


def _selection(w) -> None:
    """The stranger's application was read by two people, and ranked; the member of the committee is one of them."""
    w.criterion = selection.rubric(w.ours)[0]
    for user in (w.committee, w.other_instructor):
        services.add_reader(cohort=w.ours, user=user, by=None)
    services.assign_readers(cohort=w.ours, by=None, seed=7)
    selection.read_all(w.ours)
    w.ranking = services.make_ranking(cohort=w.ours, by=None, seed=7)
    w.reading = w.application.readings.get(reader__user=w.committee)


def _produced(enrolment) -> Certificate:
    """Registered by the service, with a file that is none: drawing takes seconds."""
    row = certificates_services.register(enrolment=enrolment, kind="frequenza", by=None)
    content = f"%PDF-1.7 {row.pk}".encode()
    name = storages["certificates"].save(f"prova-{row.code}.pdf", ContentFile(content))
    Certificate.objects.filter(pk=row.pk).update(
        produced_at=timezone.now(), template_version="prova", file=name, size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
    )  # fmt: skip
    row.refresh_from_db()
    return row
