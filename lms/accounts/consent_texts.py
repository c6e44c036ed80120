"""What people are asked to agree to, version by version: written here, kept in the database.

A text that somebody agreed to is never edited: add an entry with the next version. `migrate` brings it in.
"""

import datetime

PUBLISHED = datetime.datetime(2026, 11, 1, 8, 0, tzinfo=datetime.UTC)

TEXTS = [
    {
        "version": 1,
        "published_at": PUBLISHED,
        "kind": "privacy",
        "required": True,
        "title": {
            "it": "Ho letto l’informativa sulla privacy e accetto il trattamento dei miei dati per i servizi della piattaforma",
            "en": "I have read the privacy notice and agree to the use of my data for the platform’s services",
        },
        "body": {
            "it": "Cohub Milano tratta i tuoi dati (nome, indirizzo e-mail, percorso nei corsi, presenze, esiti) per farti "
            "seguire i corsi, rilasciare gli attestati e rendere conto a chi li finanzia. Non li vende e non li usa per la "
            "pubblicità. Puoi vederli, scaricarli, correggerli e chiederne la cancellazione dalla pagina del profilo. I "
            "registri firmati e gli attestati si conservano per il tempo che la legge e i finanziatori chiedono.",
            "en": "Cohub Milano uses your data (name, e-mail address, your way through the courses, attendance, results) to let "
            "you follow courses, to issue certificates and to answer to those who fund them. It neither sells them nor uses "
            "them for advertising. You can see, download and correct them, and ask for their erasure, on your profile page. "
            "Signed registers and certificates are kept for as long as the law and the funders require.",
        },
    },
    {
        "version": 1,
        "published_at": PUBLISHED,
        "kind": "news",
        "required": False,
        "title": {
            "it": "Vorrei ricevere per e-mail le novità di Cohub: nuovi corsi, eventi, bandi",
            "en": "I would like to receive Cohub’s news by e-mail: new courses, events, calls",
        },
        "body": {
            "it": "Al massimo due messaggi al mese. Puoi cambiare idea quando vuoi, dal profilo.",
            "en": "Two messages a month at most. You can change your mind at any time, on your profile.",
        },
    },
    {
        "version": 1,
        "published_at": PUBLISHED,
        "kind": "photos",
        "required": False,
        "title": {
            "it": "Acconsento a comparire nelle fotografie degli incontri pubblicate da Cohub",
            "en": "I agree to appear in photographs of the sessions that Cohub publishes",
        },
        "body": {
            "it": "Sul sito e nei materiali della casa. Se dici di no, basta dirlo a chi fotografa: resti fuori dall’inquadratura.",
            "en": "On the site and in the house’s materials. If you say no, just tell whoever takes the pictures: you stay out of the frame.",
        },
    },
]


def add_missing_texts(apps) -> int:
    """Store the texts that the database does not have; the number added."""
    texts = apps.get_model("accounts", "ConsentText").objects
    return sum(
        texts.get_or_create(kind=text["kind"], version=text["version"], defaults=text)[1]
        for text in TEXTS
    )
