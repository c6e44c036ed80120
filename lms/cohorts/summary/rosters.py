"""What a roster would do, line by line: judged against the accounts and the enrolments as they stand."""

import datetime
import difflib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models.functions import Lower
from django.utils import translation
from django.utils.translation import gettext as _

from lms.accounts.models import Organisation, User
from lms.accounts.models.person import validate_plain_name, validate_tax_code
from lms.cohorts.choices import EnrolmentStatus, LineState, PoolKind
from lms.cohorts.exchange.rosters import COLUMN_LABELS, RawLine
from lms.cohorts.models import Cohort, Enrolment

CHUNK = 500
LANGUAGES = {
    "": "it", "it": "it", "italiano": "it", "italian": "it",
    "en": "en", "inglese": "en", "english": "en",
}  # fmt: skip
DAY = re.compile(r"(?:(\d{4})-(\d{1,2})-(\d{1,2})|(\d{1,2})[/.](\d{1,2})[/.](\d{4}))")


@dataclass(frozen=True, slots=True)
class JudgedLine:
    """One line and what it would do; `faults` are (column, what is accepted), `notes` what to know.

    Ids are None where there is none: no account yet, no organisation, a seat open to all.
    """

    number: int
    state: str
    first_name: str
    last_name: str
    email: str
    tax_code: str = ""
    language: str = "it"
    organisation: int | None = None
    pool: int | None = None
    joined_on: str = ""
    user: int | None = None
    faults: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def day(self) -> datetime.date | None:
        return datetime.date.fromisoformat(self.joined_on) if self.joined_on else None


@dataclass(frozen=True, slots=True)
class Typed:
    """A line's cells made clean, before the database is asked."""

    raw: RawLine
    email: str
    tax_code: str
    language: str
    organisation: int | None
    pool: int | None
    joined_on: datetime.date | None
    faults: list[tuple[str, str]]


class RosterJudge:
    """Judges the lines of one file in their order; remembers addresses, to find those that stand twice."""

    def __init__(self, cohort: Cohort):
        self.cohort = cohort
        rows = Organisation.objects.values_list("name", "pk")
        self.organisations = {name.casefold(): (pk, name) for name, pk in rows}
        self.pools = _pools(cohort)
        self.emails: dict[str, int] = {}
        self.tax_codes: dict[str, int] = {}

    def judge(self, lines: Iterable[RawLine]) -> Iterator[list[JudgedLine]]:
        """In pieces of `CHUNK`, three queries each."""
        waiting = iter(lines)
        while piece := list(islice(waiting, CHUNK)):
            yield self._piece([self._typed(line) for line in piece])

    # --- What the cells say ------------------------------------------------------------------
    def _typed(self, raw: RawLine) -> Typed:
        faults = [("", raw.fault)] if raw.fault else []
        cells = raw.cells
        if not raw.fault:
            for column in ("first_name", "last_name"):
                _check_name(column, cells.get(column, ""), faults)
        email = cells.get("email", "").lower()
        if not raw.fault:
            self._check_email(email, raw.number, faults)
        tax_code = "".join(cells.get("tax_code", "").split()).upper()
        self._check_tax_code(tax_code, raw.number, faults)
        language = LANGUAGES.get(cells.get("language", "").casefold(), "")
        if not language:
            faults.append(("language", _("Write it or en.")))
        return Typed(
            raw=raw,
            email=email,
            tax_code=tax_code,
            language=language or "it",
            organisation=self._organisation(cells.get("organisation", ""), faults),
            pool=self._pool(cells.get("pool", ""), faults),
            joined_on=self._day(cells.get("joined_on", ""), faults),
            faults=faults,
        )

    def _check_email(self, email: str, number: int, faults: list) -> None:
        try:
            validate_email(email)
        except ValidationError:
            faults.append(("email", _("Write one e-mail address, such as chiara@esempio.it.")))
            return
        if len(email) > 254:
            faults.append(("email", _("At most 254 letters.")))
        first = self.emails.setdefault(email, number)
        if first != number:
            faults.append(("email", _("The same address as on line %(line)s.") % {"line": first}))

    def _check_tax_code(self, tax_code: str, number: int, faults: list) -> None:
        if not tax_code:
            return
        try:
            validate_tax_code(tax_code)
        except ValidationError:
            faults.append(
                (
                    "tax_code",
                    _("Sixteen letters and digits with the right check letter, or nothing."),
                )
            )
            return
        first = self.tax_codes.setdefault(tax_code, number)
        if first != number:
            faults.append(
                ("tax_code", _("The same codice fiscale as on line %(line)s.") % {"line": first})
            )

    def _organisation(self, name: str, faults: list) -> int | None:
        if not name:
            return None
        found = self.organisations.get(name.casefold())
        if found:
            return found[0]
        near = difflib.get_close_matches(name.casefold(), self.organisations, n=1, cutoff=0.75)
        text = _("We know no organisation of this name: add it first, or correct the line.")
        if near:
            text = _("We know no organisation of this name. Did you mean “%(name)s”?") % {
                "name": self.organisations[near[0]][1]
            }
        faults.append(("organisation", text))
        return None

    def _pool(self, name: str, faults: list) -> int | None:
        if not name or name.casefold() in self.pools:
            return self.pools.get(name.casefold())
        known = ", ".join(sorted({str(key) for key in self.pools if self.pools[key]}))
        text = _("This cohort keeps seats for: %(pools)s. Nothing means a seat open to all.")
        if not known:
            text = _("This cohort keeps seats for nobody: leave it empty.")
        faults.append(("pool", text % {"pools": known}))
        return None

    def _day(self, text: str, faults: list) -> datetime.date | None:
        if not text:
            return None
        found = DAY.fullmatch(text)
        try:
            if found is None:
                raise ValueError(text)
            year, month, day = found.group(1, 2, 3) if found[1] else found.group(6, 5, 4)
            value = datetime.date(int(year), int(month), int(day))
        except ValueError:
            faults.append(("joined_on", _("Write a day as 2026-10-05 or 5/10/2026.")))
            return None
        if not self.cohort.starts_on <= value <= self.cohort.ends_on:
            faults.append(
                ("joined_on", _("The cohort runs from %(first)s to %(last)s.")
                 % {"first": self.cohort.starts_on.isoformat(), "last": self.cohort.ends_on.isoformat()})
            )  # fmt: skip
        return value

    # --- What the database says --------------------------------------------------------------
    def _piece(self, lines: Sequence[Typed]) -> list[JudgedLine]:
        emails = {line.email for line in lines if line.email}
        accounts = {
            person.small: person
            for person in User.objects.annotate(small=Lower("email")).filter(small__in=emails)
        }
        enrolled = dict(
            Enrolment.objects.filter(cohort=self.cohort, user__in=accounts.values()).values_list(
                "user_id", "status"
            )
        )
        codes = {line.tax_code for line in lines if line.tax_code}
        owners = dict(
            User.objects.filter(tax_code__in=codes, erased_at=None).values_list("tax_code", "email")
        )
        return [self._judged(line, accounts, enrolled, owners) for line in lines]

    def _judged(
        self,
        line: Typed,
        accounts: dict[str, Any],
        enrolled: dict[int, str],
        owners: dict[str, str],
    ) -> JudgedLine:
        person: Any = accounts.get(line.email)
        faults, notes = list(line.faults), []
        if person:
            faults += _faults_of_account(person, line)
            notes = _notes_on_account(person, line, enrolled.get(person.pk))
        owner = owners.get(line.tax_code, line.email).lower()
        if line.tax_code and owner != line.email:
            faults.append(
                ("tax_code", _("This codice fiscale belongs to the account %(email)s.")
                 % {"email": owner})
            )  # fmt: skip
        active = person and enrolled.get(person.pk) == EnrolmentStatus.ACTIVE
        state = LineState.NEW if not person else LineState.ENROLLED if active else LineState.KNOWN
        cells = line.raw.cells
        return JudgedLine(
            number=line.raw.number,
            state=LineState.ERROR if faults else state,
            first_name=cells.get("first_name", ""),
            last_name=cells.get("last_name", ""),
            email=line.email,
            tax_code=line.tax_code,
            language=line.language,
            organisation=line.organisation,
            pool=line.pool,
            joined_on=line.joined_on.isoformat() if line.joined_on else "",
            user=person.pk if person else None,
            faults=tuple((name, str(text)) for name, text in faults),
            notes=tuple(notes),
        )


def column_label(column: str) -> str:
    return str(COLUMN_LABELS[column]) if column else ""


def _check_name(column: str, name: str, faults: list) -> None:
    if not name:
        faults.append((column, _("Required.")))
    elif len(name) > 150:
        faults.append((column, _("At most 150 letters.")))
    else:
        try:
            validate_plain_name(name)
        except ValidationError as error:
            faults.append((column, error.messages[0]))


def _faults_of_account(person: User, line: Typed) -> list[tuple[str, str]]:
    if not person.is_active:
        return [
            ("email", _("This account is closed: open it again first, or write another address."))
        ]
    if line.tax_code and person.tax_code and person.tax_code != line.tax_code:
        return [("tax_code", _("The account of this address has another codice fiscale."))]
    return []


def _notes_on_account(person: User, line: Typed, status: str | None) -> list[str]:
    notes = []
    typed = f"{line.raw.cells.get('first_name', '')} {line.raw.cells.get('last_name', '')}".strip()
    if person.get_full_name() and person.get_full_name().casefold() != typed.casefold():
        notes.append(
            _("The account says %(name)s, and stays so.") % {"name": person.get_full_name()}
        )
    if status == EnrolmentStatus.WITHDRAWN:
        notes.append(_("Had left this cohort, and comes back."))
    return notes


def _pools(cohort: Cohort) -> dict[str, int | None]:
    """Every word for a pool of the cohort, in both languages, → its id."""
    words: dict[str, int | None] = {}
    for language in ("it", "en"):
        with translation.override(language):
            words[translation.pgettext("seats", "Open to all").casefold()] = None
            for row in cohort.pools.all():
                words[row.kind] = row.pk
                words[str(PoolKind(row.kind).label).casefold()] = row.pk
    return words
