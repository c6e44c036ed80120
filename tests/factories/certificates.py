"""Facts of a certificate as they are frozen, for the drawing; certificates made by the services."""

from datetime import timedelta

from django.utils import timezone

from certificates import services
from lms.progress import services as progress_services
from tests.factories import assessment, attendance, cohorts
from tests.factories.stamps import stamped


def facts(kind: str = "frequenza", **changes) -> dict:
    """Facts of a course of six modules; `changes` replace whole parts, `name` the holder's name."""
    name = changes.pop("name", "Chiara D’Amico-Šćepanović")
    first, _space, last = name.partition(" ")
    titles = [
        ("La partecipazione e la sua cornice", "Participation and its frame", 240),
        ("La ricerca sul campo", "Field research", 240),
        ("Progettare e facilitare un incontro", "Designing and facilitating a session", 360),
        ("Prototipare e mettere alla prova", "Prototyping and testing", 330),
        ("Co-progettare con l’ente pubblico (art. 55 D.Lgs. 117/2017)", "Co-design with the public body", 150),
        ("Lavoro sul progetto in gruppo", "Project work in a group", 120),
    ]  # fmt: skip
    outcomes = [
        ("Scegliere il livello di partecipazione adatto a un servizio e dichiarare per iscritto che cosa si può decidere e che cosa no.",
         "Choose the level of participation that suits a service and state in writing what can be decided and what cannot."),
        ("Condurre una breve ricerca sul campo e ricavarne una mappa degli attori e tre domande di progetto.",
         "Carry out a short piece of field research and draw from it a map of actors and three design questions."),
        ("Progettare un incontro di co-design completo di inviti, scaletta, ruoli e materiali.",
         "Plan a complete co-design session: invitations, running order, roles and materials."),
        ("Facilitare dal vivo un incontro, tenendo il tempo e dando peso anche a chi parla meno.",
         "Facilitate a live session, keeping time and giving weight to those who speak less."),
        ("Costruire e mettere alla prova un prototipo di servizio con misure e soglie fissate prima.",
         "Build and test a service prototype with measures and thresholds set in advance."),
        ("Distinguere co-programmazione, co-progettazione, appalto e patto di collaborazione, e impostarne il percorso con un ente pubblico.",
         "Tell co-programming, co-planning, procurement and collaboration pacts apart, and set up the route with a public body."),
    ]  # fmt: skip
    course = {
        "code": "MC-CODESIGN", "subject": "codesign",
        "title": {"it": "Co-design", "en": "Co-design"}, "hours_class": 24,
    }  # fmt: skip
    if kind == "microcredenziale":
        course |= {
            "hours_project": 16, "hours_total": 75, "eqf_level": 6,
            "assessment": {
                "it": "Il piano di un incontro (40 punti), un incontro condotto dal vivo davanti al gruppo (40 punti) e una riflessione scritta su che cosa rifaresti e che cosa no (20 punti). Si supera con 60 punti su 100.",
                "en": "The plan of a session (40 points), a session led live before the group (40 points) and a written reflection on what you would do again and what you would not (20 points). The pass mark is 60 points out of 100.",
            },
            "outcomes": [{"key": f"O{n}", "text": {"it": it, "en": en}} for n, (it, en) in enumerate(outcomes, 1)],
        }  # fmt: skip
    return {
        "schema": 1, "kind": kind, "year": 2026, "number": 41,
        "code": "k3f92m7qx0vbn8wz4hct6yd1ra",
        "verify_url": "https://scuola.cohub.example/v/k3f92m7qx0vbn8wz4hct6yd1ra/",
        "issuer": {
            "name": "Cohub Milano", "place": "Milano", "country": "IT", "url": "https://scuola.cohub.example",
            "signatory": "", "signatory_role": {"it": "La direzione didattica", "en": "The board of studies"},
            "quality": {
                "it": "Revisione del comitato scientifico prima della pubblicazione; registro didattico firmato dai docenti; prove conservate con la regola di giudizio.",
                "en": "Review by the scientific committee before publication; class register signed by the teachers; assessments kept with the rule they were judged by.",
            },
        },
        "holder": {"first_name": first, "last_name": last, "name": name},
        "learner_code": "MC-CODESIGN-2026-1-001",
        "issued_at": "2026-11-22T10:15:00+01:00", "issued_on": "2026-11-22",
        "course": course,
        "cohort": {
            "code": "MC-CODESIGN-2026-1", "starts_on": "2026-06-08", "ends_on": "2026-09-11", "mode": "house",
            "mode_label": {"it": "Nella casa", "en": "In the house"}, "place": "Casa Cohub",
        },
        "modules": [
            {"position": n, "title": {"it": it, "en": en}, "minutes": minutes}
            for n, (it, en, minutes) in enumerate(titles, 1)
        ],
        "attendance": {
            "planned": 1440, "delivered": 1440, "attended": 1260, "remote": 0, "make_up": 0, "credit": 0,
            "total": 1440, "threshold": 75, "first_day": "2026-06-08", "last_day": "2026-09-11",
        },
        "quizzes": [{"title": {"it": "Verifica finale", "en": "Final quiz"}, "pass_mark": 60}],
    } | changes  # fmt: skip


@stamped
def finished_cohort(code: str = "MC-PROVA-2026-1", *, learners: int = 1, **fields):
    """A cohort whose two sessions are signed with everyone present, with a quiz; its enrolments."""
    cohort = cohorts.cohort(code, **fields)
    enrolments = [
        cohorts.learner(cohort, joined_on=cohort.starts_on) for _number in range(learners)
    ]
    for back in (72, 48):
        starts_at = (timezone.now() - timedelta(hours=back)).replace(second=0, microsecond=0)
        attendance.signed(cohorts.session(cohort, starts_at=starts_at))
    assessment.quiz(cohort.course)
    return cohort, enrolments


def complete(enrolment) -> None:
    """Everything that the micro-credential asks beside attendance."""
    for row in enrolment.cohort.lessons.all():
        progress_services.complete_lesson(enrolment=enrolment, lesson=row)
    quiz = assessment.Assessment.objects.of_course(enrolment.cohort.course).get()
    assessment.attempt(enrolment, quiz)


def issued(kind: str = "frequenza", *, produced: bool = True, **fields):
    """A certificate of a new finished cohort, issued by the service; produced unless told otherwise."""
    _cohort, [enrolment] = finished_cohort(**fields)
    if kind == "microcredenziale":
        complete(enrolment)
    certificate = services.register(enrolment=enrolment, kind=kind, by=None)
    return services.produce(certificate=certificate) if produced else certificate
