"""What the public learns from a verification code; nothing is written."""

from dataclasses import dataclass
from typing import Any

from django.utils import timezone, translation

from certificates.choices import Kind, Status
from certificates.models import CODE_ALPHABET, CODE_LENGTH, Certificate

UNKNOWN = "unknown"
# What people read wrongly from paper; separators are theirs too.
_AS_TYPED = str.maketrans({"o": "0", "i": "1", "l": "1", " ": None, "-": None})


@dataclass(frozen=True, slots=True)
class Verification:
    """The public answer to a code. `state`: a value of `Status`, where issued reads as `valid`, or unknown.

    A certificate that lost its value keeps a number, a date and a reason class; no name, since the
    holder may have had it corrected.
    """

    state: str
    certificate: Certificate | None = None

    @property
    def facts(self) -> dict[str, Any]:
        return self.certificate.facts if self.certificate else {}

    def as_json(self) -> dict[str, Any]:
        """The same for machines; minutes as integers, days as ISO dates of Europe/Rome."""
        row = self.certificate
        if row is None:
            return {"state": self.state}
        answer: dict[str, Any] = {
            "state": self.state,
            "kind": row.kind,
            "number": row.number,
            "year": row.year,
            "issued_on": self.facts["issued_on"],
            "issuer": self.facts["issuer"]["name"],
            "title": self.facts["course"]["title"],
            "sha256": row.sha256,
        }
        if self.state == Status.REVOKED:
            answer["revoked_on"] = timezone.localdate(row.revoked_at).isoformat()
            answer["reason"] = row.revocation_reason
        if self.state == "valid":
            answer |= self._merits()
        return answer

    def _merits(self) -> dict[str, Any]:
        facts = self.facts
        merits = {
            "holder": facts["holder"]["name"],
            "cohort": facts["cohort"]["code"],
            "planned_minutes": facts["attendance"]["planned"],
            "attended_minutes": facts["attendance"]["attended"],
        }
        if facts["kind"] == Kind.MICROCREDENTIAL:
            merits["workload_hours"] = facts["course"]["hours_total"]
            merits["eqf_level"] = facts["course"]["eqf_level"]
        return merits


def verify_code(typed: str) -> Verification:
    """One query at most. Unknown, malformed, not yet produced and altered rows answer alike."""
    code = normal_code(typed)
    if code is None:
        return Verification(UNKNOWN)
    row = Certificate.objects.produced().filter(code=code).first()
    # A row changed past our code is no proof of anything.
    if row is None or not row.is_intact:
        return Verification(UNKNOWN)
    return Verification("valid" if row.status == Status.ISSUED else row.status, row)


def normal_code(typed: str) -> str | None:
    """The code as stored, or None if it cannot be one: case, spaces, hyphens and O/0, I/L/1 forgiven."""
    code = typed.lower().translate(_AS_TYPED)
    if len(code) != CODE_LENGTH or not set(code) <= set(CODE_ALPHABET):
        return None
    return code


def in_reader_language(texts: dict[str, str]) -> str:
    """Of a fact kept in both languages, the one that is read; else the Italian."""
    return texts.get((translation.get_language() or "it")[:2]) or texts.get("it", "")
