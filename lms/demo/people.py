"""The sixty people of the demo: plainly fictional, the same for the same seed."""

import secrets
from dataclasses import dataclass, field
from random import Random

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.utils import timezone

from lms.accounts.choices import OrganisationKind, Role
from lms.accounts.models import Consent, ConsentText, Organisation, User

DOMAIN = "cohub.example"

FIRST_NAMES = [
    "Aurora",
    "Bilal",
    "Chiara",
    "Davide",
    "Elif",
    "Francesco",
    "Giada",
    "Hassan",
    "Ilaria",
    "Jacopo",
    "Khadija",
    "Lorenzo",
    "Miriam",
    "Nadir",
    "Olga",
    "Pietro",
    "Qiang",
    "Rosa",
    "Samuele",
    "Teresa",
    "Ugo",
    "Valentina",
    "Wen",
    "Ximena",
    "Yusuf",
    "Zoe",
    "Amina",
    "Bruno",
    "Camilla",
    "Dario",
    "Elena",
    "Fabio",
    "Ginevra",
    "Hiba",
    "Ivan",
    "Lucia",
    "Marta",
    "Noemi",
    "Omar",
    "Paola",
    "Rocco",
    "Sofia",
    "Tommaso",
    "Viola",
    "Andrea",
    "Beatrice",
]
LAST_NAMES = [
    "Bellandi",
    "Haddadi",
    "D’Amico-Šćepanović",
    "Serralunga",
    "Kayamoğlu",
    "Mirabosco",
    "Terralba",
    "Benzakri",
    "Fontevivo",
    "Pratolungo",
    "Oussaidi",
    "Campochiaro",
    "Abrahimi",
    "Solemare",
    "Petrovskaja",
    "Rivabella",
    "Li",
    "O’Neillard",
    "Montealto",
    "Vallescura",
    "Casanova Prati",
    "Dellacorte",
    "Zhangli",
    "Quispellana",
    "Demirhan",
    "Lagorosso",
    "Diallony",
    "Acquafredda",
    "Verdesca",
    "Pontelungo",
    "Marzolino",
    "Boscoverde",
    "Altomare",
    "Sayedini",
    "Kovačević-Rossi",
    "Nevechiara",
    "Torrebianca",
    "Fiordaliso",
    "Mansourel",
    "Ripalta",
    "Grandesso",
    "Collinari",
    "Passerano",
    "Ventimiglio",
    "Roccasecca",
    "Tramontani",
]

ORGANISATIONS = [
    ("Cooperativa Portineria Glicini", OrganisationKind.THIRD_SECTOR),
    ("Officina del Vicinato", OrganisationKind.THIRD_SECTOR),
    ("Municipio Dieci (inventato)", OrganisationKind.PUBLIC),
    ("Condivisa srl società benefit", OrganisationKind.COMPANY),
    ("Ateneo dei Navigli (inventato)", OrganisationKind.UNIVERSITY),
]


@dataclass
class People:
    superuser: User
    administrator: User
    coordinator: User
    manager: User
    committee: User
    instructors: dict[str, User] = field(default_factory=dict)  # by course code
    learners: list[User] = field(default_factory=list)
    organisations: list[Organisation] = field(default_factory=list)

    def everyone(self) -> list[User]:
        staff = [self.superuser, self.administrator, self.coordinator, self.manager, self.committee]
        return [*staff, *self.instructors.values(), *self.learners]


# The login of each role: address and who it is.
LOGINS = {
    "learner": ("corsista", "Corsista"),
    "learner_en": ("learner", "Corsista (in inglese)"),
    "instructor": ("docente", "Docente"),
    "administrator": ("amministrazione", "Amministrazione"),
    "manager": ("responsabile", "Responsabile (report)"),
    "committee": ("comitato", "Comitato tecnico-scientifico"),
    "superuser": ("tecnica", "Superutente"),
}


def demo_password() -> str:
    """The one password of every demo account: made once, kept beside the database, never in the code."""
    path = settings.VAR_DIR / "demo_password"
    if not path.exists():
        words = [
            "tram",
            "casa",
            "sole",
            "mattone",
            "ringhiera",
            "cortile",
            "naviglio",
            "portineria",
            "tavolo",
            "vicino",
        ]
        chosen = "-".join(secrets.choice(words) for _ in range(4))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{chosen}-{secrets.randbelow(9000) + 1000}")
        path.chmod(0o600)
    return path.read_text().strip()


def create_people(random: Random, course_codes: list[str]) -> People:
    """Fifty learners and ten members of staff, with their organisations."""
    # One hash for all: hashing sixty times would take half a minute.
    password = make_password(demo_password())

    def person(address: str, first: str, last: str, *roles: str, **fields) -> User:
        user = User(
            email=f"{address}@{DOMAIN}",
            first_name=first,
            last_name=last,
            password=password,
            **fields,
        )
        user.save()
        EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
        user.groups.set(Group.objects.filter(name__in=roles))
        return user

    people = People(
        superuser=person("tecnica", "Tecla", "Sistemi", is_staff=True, is_superuser=True),
        administrator=person("amministrazione", "Agnese", "Ringhiera", Role.ADMINISTRATOR),
        coordinator=person("coordinamento", "Corrado", "Cortile", Role.INSTRUCTOR),
        manager=person("responsabile", "Renata", "Conti Chiari", Role.MANAGER),
        committee=person("comitato", "Cosima", "Statuti", Role.COMMITTEE),
    )
    teachers = [
        ("docente", "Dora", "Tavolini"),
        ("docente.community", "Demetrio", "Piazza"),
        ("docente.fundraising", "Donata", "Salvadani"),
        ("docente.marketing", "Dionigi", "Vetrina"),
        ("docente.crm", "Diletta", "Rubrica"),
    ]
    for code, (address, first, last) in zip(course_codes, teachers, strict=True):
        people.instructors[code] = person(address, first, last, Role.INSTRUCTOR)
    people.organisations = [
        Organisation.objects.create(name=name, kind=kind) for name, kind in ORGANISATIONS
    ]
    people.learners = [person(*row) for row in _learners(random)]
    english = people.learners[1]
    english.language = "en"
    english.save(update_fields=["language"])
    required = [text for text in ConsentText.objects.current() if text.required]
    now = timezone.now()
    Consent.objects.bulk_create(
        Consent(user=user, text=text, given_at=now)
        for user in people.everyone()
        for text in required
    )
    return people


def _learners(random: Random) -> list[tuple[str, str, str]]:
    """Address, first and last name; the first two are the demo's logins."""
    lasts = LAST_NAMES.copy()
    random.shuffle(lasts)
    rows = [("corsista", "Aurora", "Bellandi"), ("learner", "Elif", "Kayamoğlu")]
    names = set()
    while len(rows) < 50:
        first = random.choice(FIRST_NAMES)
        last = lasts[len(rows) % len(lasts)]
        if (first, last) in names or last in ("Bellandi", "Kayamoğlu"):
            lasts.append(lasts.pop(len(rows) % len(lasts)))
            random.shuffle(lasts)
            continue
        names.add((first, last))
        rows.append((f"persona{len(rows) + 1:02d}", first, last))
    return rows
