"""The administrator's list of a cohort's people: found by name, address or code, sifted, page by page."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from lms.cohorts.choices import EnrolmentStatus, PaymentState, PoolKind
from lms.cohorts.models import Cohort, Enrolment
from lms.cohorts.summary.fees import in_payment_state, state_of, with_sums
from lms.core.cells import safe_text
from lms.core.typed import number_in

PER_PAGE = 50
OPEN_SEATS, NO_ORGANISATION = "open", "none"
ACTIVE = Q(status=EnrolmentStatus.ACTIVE)
ORDER = ("user__last_name", "user__first_name", "pk")


@dataclass(frozen=True, slots=True)
class EnrolmentFilter:
    """What the address says; anything unknown in it sifts nothing."""

    text: str = ""
    status: str = ""
    organisation: str = ""
    pool: str = ""
    payment: str = ""

    @classmethod
    def read(cls, query: Any) -> "EnrolmentFilter":
        """Of `request.GET`: q, stato, ente, posti, quota."""
        text = " ".join(query.get("q", "").replace("\x00", "").split())[:100]
        return cls(
            text,
            _known(query.get("stato", ""), EnrolmentStatus.values),
            _number_or(query.get("ente", ""), NO_ORGANISATION),
            _known(query.get("posti", ""), [*PoolKind.values, OPEN_SEATS]),
            _known(query.get("quota", ""), PaymentState.values),
        )

    @property
    def empty(self) -> bool:
        return self == EnrolmentFilter()


@dataclass(frozen=True)
class EnrolmentsPage:
    """`organisations` are (number, name) of those that sent somebody; `taken` the seats of the whole cohort."""

    page: Page
    taken: int
    organisations: list[tuple[int, str]]


def enrolments_page(cohort: Cohort, sifted: EnrolmentFilter, number: str | int) -> EnrolmentsPage:
    """One page of people, with `due`, `paid` and `payment` on each; 2 queries, 3 when they are sifted."""
    groups = list(
        cohort.enrolments.order_by("organisation__name")
        .values_list("organisation", "organisation__name")
        .annotate(everybody=Count("pk"), active=Count("pk", filter=ACTIVE))
    )
    total = sum(row[2] for row in groups) if sifted.empty else None
    rows = _sifted(cohort, sifted).order_by(*ORDER)
    counted: Any = _Counted(rows, sifted, total)
    page: Page = Paginator(counted, PER_PAGE).get_page(number)
    for row in page.object_list:
        row.payment = PaymentState(state_of(row.due, row.paid))
    organisations = [(pk, name) for pk, name, _everybody, _active in groups if pk]
    return EnrolmentsPage(page, sum(row[3] for row in groups), organisations)


class _Counted:
    """Rows for a paginator: counted without the sums where these do not sift, a slice brings everything along."""

    ordered = True

    def __init__(self, rows: QuerySet[Enrolment], sifted: EnrolmentFilter, total: int | None):
        self.rows, self.sifted, self.total = rows, sifted, total

    def count(self) -> int:
        return self.rows.order_by().count() if self.total is None else self.total

    def __len__(self) -> int:
        return self.count()

    def __getitem__(self, piece: slice) -> list[Enrolment]:
        rows = self.rows if self.sifted.payment else with_sums(self.rows)
        return list(rows.select_related("user", "organisation", "pool")[piece])


def export_rows(cohort: Cohort, sifted: EnrolmentFilter) -> Iterator[list[object]]:
    """The list as cells, headings first: text that no spreadsheet runs, sums in euro, days as ISO; read in pieces."""
    yield [
        "codice", "cognome", "nome", "email", "organizzazione", "posti", "stato", "iscritto_dal",
        "ritirato_il", "fascia", "quota_dovuta", "quota_versata", "saldo", "stato_quota",
    ]  # fmt: skip
    rows = _sifted(cohort, sifted)
    rows = rows if sifted.payment else with_sums(rows)
    rows = rows.select_related("user", "organisation", "pool", "fee").order_by(*ORDER)
    row: Any  # with the sums that `with_sums` adds
    for row in rows.iterator(chunk_size=1000):
        fee = getattr(row, "fee", None)
        cells = [
            row.code, row.user.last_name, row.user.first_name, row.user.email,
            row.organisation.name if row.organisation else "",
            row.pool.get_kind_display() if row.pool else pgettext("seats", "Open to all"),
            row.get_status_display(), row.joined_on.isoformat(),
            row.withdrawn_on.isoformat() if row.withdrawn_on else "",
            fee.band_name if fee else "",
            "" if row.due is None else in_euro(row.due),
            in_euro(row.paid),
            "" if row.due is None else in_euro(row.due - row.paid),
            str(PaymentState(state_of(row.due, row.paid)).label),
        ]  # fmt: skip
        # A balance may begin with a minus: it is a number, and stays one.
        yield [safe_text(cell) if index != 12 else cell for index, cell in enumerate(cells)]


def in_euro(cents: int) -> str:
    """1250 -> "12.50", for machines."""
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02d}"


def organisation_choices(organisations: list[tuple[int, str]]) -> list[tuple[str, str]]:
    rows = [(str(pk), name) for pk, name in organisations]
    return [("", _("All")), (NO_ORGANISATION, _("None")), *rows]


def _sifted(cohort: Cohort, sifted: EnrolmentFilter) -> QuerySet[Enrolment]:
    rows = Enrolment.objects.filter(cohort=cohort)
    for word in sifted.text.split()[:6]:
        found = Q(user__email__icontains=word) | Q(code__icontains=word)
        for form in _forms_of(word):
            found |= Q(user__first_name__icontains=form) | Q(user__last_name__icontains=form)
        rows = rows.filter(found)
    if sifted.status:
        rows = rows.filter(status=sifted.status)
    if sifted.organisation == NO_ORGANISATION:
        rows = rows.filter(organisation=None)
    elif sifted.organisation:
        rows = rows.filter(organisation=int(sifted.organisation))
    if sifted.pool == OPEN_SEATS:
        rows = rows.filter(pool=None)
    elif sifted.pool:
        rows = rows.filter(pool__kind=sifted.pool)
    return in_payment_state(with_sums(rows), sifted.payment) if sifted.payment else rows


def _forms_of(word: str) -> set[str]:
    """SQLite takes large and small letters for the same in ASCII alone: others are asked for in each form."""
    return {word} if word.isascii() else {word, word.lower(), word.upper(), word.capitalize()}


def _known(text: str, values: list[str]) -> str:
    return text if text in values else ""


def _number_or(text: str, word: str) -> str:
    return text if text == word or number_in(text) is not None else ""
