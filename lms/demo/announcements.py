"""What was announced to the cohort that is running: one thing that holds for weeks, one of these days, one being written."""

from datetime import date, timedelta
from uuid import NAMESPACE_URL, uuid5

from lms.community import services
from lms.community.services.announcements import Words
from lms.demo.clock import moment
from lms.demo.cohorts import Opened

WELCOME = Words(
    title="Come arrivare alla casa",
    text="""La casa è in **via dei Cortili 12** (indirizzo inventato), in fondo al cortile: si suona «Cohub».

- con i mezzi: tram e autobus fermano a cinque minuti a piedi
- in bici: la rastrelliera è nel secondo cortile
- in carrozzina: l’ingresso senza gradini è dal cancello grande; suona e ti veniamo incontro

Se tardi, scrivici: si può entrare anche a incontro iniziato.""",
    title_en="How to reach the house",
    text_en="""The house is in **via dei Cortili 12** (an invented address), at the end of the courtyard: ring “Cohub”.

- by public transport: tram and bus stop five minutes away on foot
- by bicycle: the rack is in the second courtyard
- in a wheelchair: the way in without steps is by the large gate; ring, and we come to meet you

If you are late, write to us: you may come in after we have begun.""",
)
BRING = Words(
    title="Per il prossimo incontro: porta un oggetto condiviso",
    text="""Ciao a tutte e a tutti,
la prossima volta partiamo da voi. Portate **un oggetto che avete usato insieme a qualcun altro** questa settimana: un attrezzo, una chiave, un libro.

Ne bastano due frasi: chi lo usa, e come vi siete accordati. Ci serviranno per il lavoro sulle regole.""",
    title_en="For the next session: bring something shared",
    text_en="""Hello everybody,
next time we begin with you. Bring **something that you used together with somebody else** this week: a tool, a key, a book.

Two sentences are enough: who uses it, and how you agreed on it. We shall need them for the work on rules.""",
)
DRAFT = Words(
    title="Visita alla portineria di quartiere",
    text="Sto sentendo la portineria per una visita di un’ora: appena ho la data la scrivo qui.",
    title_en="",
    text_en="",
)


def announce(opened: Opened, today: date) -> None:
    """The learners have read the first; the second is new to them, but for a few."""
    first, last = today - timedelta(weeks=5), today - timedelta(days=2)
    for words, day, pinned in ((WELCOME, first, True), (BRING, last, False)):
        row = _draft(opened, words, pinned=pinned)
        services.publish_announcement(announcement=row, by=opened.teacher, at=moment(day, 10))
    _draft(opened, DRAFT)
    for place, enrolment in enumerate(opened.enrolments):
        read = moment(last if place % 4 == 3 else first, 20)
        services.mark_announcements_read(enrolment=enrolment, until=read, at=read)


def _draft(opened: Opened, words: Words, *, pinned: bool = False):
    return services.save_draft(
        cohort=opened.cohort,
        key=uuid5(NAMESPACE_URL, f"{opened.cohort.code}:{words['title']}"),
        words=words,
        by_mail=True,
        pinned=pinned,
        by=opened.teacher,
    )
