"""Who wants to come to the demo's coming cohort: a form with questions, applications with files, drafts."""

from datetime import date, timedelta
from random import Random

from django.core.files.base import ContentFile

from lms.accounts.models import User
from lms.cohorts import services
from lms.cohorts.choices import Asked, PoolKind, QuestionKind
from lms.cohorts.models import Application, ApplicationQuestion, Cohort
from lms.demo.clock import moment
from lms.demo.people import People

POOLS = {PoolKind.STUDENTS: 4, PoolKind.PUBLIC_BODIES: 3}
QUESTIONS: list[dict] = [
    {
        "kind": QuestionKind.LONG_TEXT,
        "labels": {
            "it": "Raccontaci un servizio che ti piacerebbe progettare con chi lo userà",
            "en": "Tell us of a service that you would like to design with those who will use it",
        },
        "helps": {
            "it": "Anche un’idea appena nata: conta perché ci tieni.",
            "en": "An idea just born will do: what counts is why you care.",
        },
        "max_length": 1200,
    },
    {
        "kind": QuestionKind.ONE_CHOICE,
        "labels": {
            "it": "Hai già condotto un incontro con un gruppo?",
            "en": "Have you led a session with a group before?",
        },
        "options": [
            {"it": "Mai", "en": "Never"},
            {"it": "Una o due volte", "en": "Once or twice"},
            {"it": "Lo faccio spesso", "en": "I often do"},
        ],
    },
    {
        "kind": QuestionKind.SEVERAL_CHOICES,
        "labels": {
            "it": "Che cosa porti nel gruppo?",
            "en": "What do you bring to the group?",
        },
        "options": [
            {"it": "Ascolto", "en": "Listening"},
            {"it": "Disegno", "en": "Drawing"},
            {"it": "Conti e bilanci", "en": "Figures and budgets"},
            {"it": "Conoscenza del quartiere", "en": "Knowing the neighbourhood"},
        ],
        "required": False,
    },
    {
        "kind": QuestionKind.YES_NO,
        "labels": {
            "it": "Puoi venire alle tre serate in presenza?",
            "en": "Can you come to the three evenings in the house?",
        },
    },
    {
        "kind": QuestionKind.FILE,
        "labels": {
            "it": "Un tuo lavoro di cui ti piace parlare",
            "en": "A piece of your work that you like to talk about",
        },
        "helps": {
            "it": "Una pagina, una locandina, una fotografia.",
            "en": "A page, a poster, a photograph.",
        },
        "required": False,
    },
]
IDEAS = [
    "Una biblioteca degli attrezzi nel cortile di via delle Rose, con turni fra vicini e un registro di chi ripara.",
    "Un doposcuola in cui i ragazzi più grandi insegnano ai nonni a usare il telefono, e i nonni a cucinare.",
    "Lo sportello del mio ufficio ripensato con chi fa la coda: oggi parlano lingue diverse in tutti i sensi.",
    "Una spesa di quartiere senza sprechi: tre botteghe, un furgone a pedali e chi ha tempo il giovedì.",
    "Un orto sui tetti della scuola, curato d’estate da chi resta in città.",
    "Una portineria che accoglie chi arriva da lontano e cerca il medico, la scuola, qualcuno con cui parlare.",
]
MOTIVATIONS = [
    "Lavoro in un’associazione che apre servizi a porte chiuse: vorrei imparare ad aprirle prima.",
    "Studio design dei servizi e finora ho progettato solo sulla carta. Cerco persone vere e una sera fissa.",
    "Nel mio Municipio ci chiedono tavoli di co-progettazione e nessuno ci ha mai spiegato come si conducono.",
    "Ho lasciato un lavoro sicuro per una cooperativa: mi serve un metodo, e qualcuno che mi corregga.",
    "Faccio la mediatrice da dieci anni e voglio dare un nome a quello che faccio a occhio.",
]


def write_form(cohort: Cohort, people: People) -> None:
    """Seats kept for some, the standard parts, five questions; before anybody applies."""
    by = people.administrator
    services.set_seats(cohort=cohort, seats=cohort.seats, pools=POOLS, by=by)
    parts = {
        "motivation": Asked.REQUIRED,
        "motivation_length": 2000,
        "cv": Asked.REQUIRED,
        "organisation": Asked.OPTIONAL,
        "pool": True,
        "bursary": True,
    }
    services.set_parts(cohort=cohort, parts=parts, by=by)
    for question in QUESTIONS:
        services.add_question(cohort=cohort, by=by, **question)


def send_applications(cohort: Cohort, people: People, today: date, random: Random) -> None:
    """Nine applications that wait for an answer, and three drafts."""
    questions = list(cohort.application_questions.order_by("position"))
    for number, user in enumerate(people.learners[38:47]):
        at = moment(today - timedelta(days=number + 1), 9 + number)
        draft = _draft(cohort, user, questions, people, number, random, at)
        _cv(draft, user)
        if number % 3 == 0:
            file = ContentFile(_page(["Portfolio", IDEAS[number % len(IDEAS)]]), "portfolio.pdf")
            services.attach_file(application=draft, question=questions[4], file=file)
        services.submit_application(application=draft, revision=draft.revision, at=at)
    for number, user in enumerate(people.learners[30:33]):
        values = {"motivation": MOTIVATIONS[number][: 60 + 40 * number]}
        at = moment(today - timedelta(days=number + 1), 20)
        services.save_draft(cohort=cohort, user=user, values=values, revision=0, at=at)


def _draft(
    cohort: Cohort,
    user: User,
    questions: list[ApplicationQuestion],
    people: People,
    number: int,
    random: Random,
    at,
) -> Application:
    idea, led, brings, evenings, _file = questions
    pools = {pool.kind: str(pool.pk) for pool in cohort.pools.all()}
    asked = [PoolKind.STUDENTS, PoolKind.PUBLIC_BODIES, None][number % 3]
    bursary = number % 4 == 1
    values = {
        "motivation": MOTIVATIONS[number % len(MOTIVATIONS)],
        "organisation_name": random.choice(["", people.organisations[number % 5].name]),
        f"q{idea.pk}": IDEAS[number % len(IDEAS)],
        f"q{led.pk}": random.choice("123"),
        f"q{brings.pk}": sorted(random.sample("1234", 2)),
        f"q{evenings.pk}": "yes" if number % 5 else "no",
        "pool": pools[asked] if asked else "open",
        "bursary": "yes" if bursary else "",
        "bursary_reason": "Vivo di una borsa e di qualche turno serale." if bursary else "",
    }
    return services.save_draft(cohort=cohort, user=user, values=values, revision=0, at=at)


def _cv(draft: Application, user: User) -> None:
    lines = [user.get_full_name(), "Curriculum inventato per la dimostrazione di Cohub Milano"]
    services.attach_file(
        application=draft, question=None, file=ContentFile(_page(lines), "curriculum.pdf")
    )


def _page(lines: list[str]) -> bytes:
    """A PDF of one page with these lines, small enough to be made without a library."""
    words = "".join(f"({_escaped(line)}) Tj T* " for line in lines)
    stream = f"BT /F1 14 Tf 60 780 Td 22 TL {words}ET".encode("cp1252", "replace")
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
        b"/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    ]
    content, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n"
    size = len(objects) + 1
    return (
        content + b"xref\n0 %d\n0000000000 65535 f \n" % size + table + end % (size, len(content))
    )


def _escaped(line: str) -> str:
    return line.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
