"""What a browser sends, turned into entries and facts. Whether they can be written, the services say."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from itertools import zip_longest
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lms.attendance.choices import Channel, Mark
from lms.attendance.services import Entry, usual_channel
from lms.attendance.summary import Presence, Register, RegisterRow, clock
from lms.cohorts.models import ClassSession, Cohort, Enrolment, SyllabusModule
from lms.core.dates import day_in_words
from lms.core.typed import number_in

ROME = ZoneInfo(settings.TIME_ZONE)
CLOCK = ("%H:%M", "%H:%M:%S", "%H.%M")


def moment_of(value: time, session: ClassSession, *, leaving: bool = False) -> datetime:
    """The moment of a clock time that lies nearest to the session.

    An hour that the clock shows twice is the first one for who enters and the second for who leaves.
    """
    first = timezone.localdate(session.starts_at, ROME)
    days = [first + timedelta(days=n) for n in (-1, 0, 1)]
    fold = 1 if leaving else 0
    found = [datetime.combine(day, value.replace(fold=fold), ROME) for day in days]
    middle = session.starts_at + (session.ends_at - session.starts_at) / 2
    return min(found, key=lambda moment: abs(moment - middle)).astimezone(ZoneInfo("UTC"))


@dataclass(slots=True)
class Pair:
    """One line of times of a row, as text."""

    entered: str = ""
    left: str = ""
    channel: str = Channel.HOUSE


@dataclass(slots=True)
class RowInput:
    """A row of the register as the form shows it: what was sent, or what is stored."""

    row: RegisterRow
    mark: str
    pairs: list[Pair]
    error: str = ""

    @property
    def first(self) -> Pair:
        return self.pairs[0]

    @property
    def others(self) -> list[Pair]:
        return self.pairs[1:]


@dataclass
class RegisterForm:
    """The register of one session. `data` holds `mark-N`, `in-N`, `out-N`, `channel-N` per enrolment N.

    Rows without a mark are left as they are, so that a browser may send only what changed.
    """

    register: Register
    data: Mapping | None = None
    entries: list[Entry] = field(default_factory=list)
    rows: list[RowInput] = field(default_factory=list)

    def __post_init__(self):
        for row in self.register.rows:
            sent = self.data is not None and f"mark-{row.enrolment.pk}" in self.data
            self.rows.append(self._read(row) if sent else self._stored(row))

    @property
    def errors(self) -> dict[int, str]:
        return {row.row.enrolment.pk: row.error for row in self.rows if row.error}

    @property
    def version(self) -> int | None:
        return number_in((self.data or {}).get("version"))

    def _stored(self, row: RegisterRow) -> RowInput:
        usual = usual_channel(self.register.session)
        pairs = [Pair(clock(p.in_at), clock(p.out_at), p.channel) for p in row.presences]
        return RowInput(row, row.mark, pairs or [Pair(channel=usual)])

    def _read(self, row: RegisterRow) -> RowInput:
        key, data = row.enrolment.pk, self.data
        usual = usual_channel(self.register.session)
        sent = [data.getlist(f"{name}-{key}")[:20] for name in ("in", "out", "channel")]
        pairs = [
            Pair(entered.strip(), left.strip(), channel if channel in Channel else usual)
            for entered, left, channel in zip_longest(*sent, fillvalue="")
        ] or [Pair(channel=usual)]
        found = RowInput(row, data[f"mark-{key}"], pairs)
        try:
            self.entries.append(Entry(row.enrolment, tuple(self._presences(found))))
        except ValidationError as refusal:
            found.error = " ".join(refusal.messages)
        return found

    def _presences(self, found: RowInput) -> list[Presence]:
        start, end = self.register.hours
        if found.mark == Mark.ABSENT:
            return []
        if found.mark == Mark.PRESENT:
            return [Presence(start, end, found.first.channel)]
        if found.mark != Mark.TIMES:
            raise ValidationError(_("Choose present, times or absent."))
        known = list(found.row.presences)
        filled = [pair for pair in found.pairs if pair.entered or pair.left]
        if not filled:
            raise ValidationError(_("Write when they came in or when they left."))
        result = []
        for index, pair in enumerate(filled):
            old = known[index] if index < len(known) else None
            entered = self._moment(pair.entered, old and old.in_at, start)
            left = self._moment(pair.left, old and old.out_at, end, leaving=True)
            if left <= entered:
                raise ValidationError(_("The exit comes before the entry."))
            result.append(Presence(entered, left, pair.channel))
        return result

    def _moment(self, text: str, old: datetime | None, default: datetime, *, leaving=False):
        """A time left empty means the session's own; one left as it was keeps its seconds."""
        if not text:
            return default
        if old is not None and text == clock(old):
            return old
        value = ClockField().clean(text)
        return moment_of(value, self.register.session, leaving=leaving)


class ClockField(forms.TimeField):
    """Hours and minutes, as the register writes them."""

    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")

    def __init__(self, **kwargs):
        super().__init__(input_formats=CLOCK, **kwargs)


class SignForm(forms.Form):
    """When the session really began and ended, as the teacher confirms it."""

    actual_start = ClockField(label=gettext_lazy("Really started at"))
    actual_end = ClockField(label=gettext_lazy("Really ended at"))

    def __init__(self, *args, session: ClassSession, **kwargs):
        self.session = session
        initial = {"actual_start": clock(session.starts_at), "actual_end": clock(session.ends_at)}
        super().__init__(*args, initial=initial, **kwargs)

    def times(self) -> dict[str, datetime]:
        data = self.cleaned_data
        return {
            "actual_start": self._nearest(data["actual_start"], self.session.starts_at),
            "actual_end": self._nearest(data["actual_end"], self.session.ends_at, leaving=True),
        }

    def _nearest(self, value: time, planned: datetime, *, leaving=False) -> datetime:
        """The planned moment itself if its clock time was left as it stood."""
        same = value.strftime("%H:%M") == clock(planned)
        return planned if same else moment_of(value, self.session, leaving=leaving)


class PersonField(forms.ModelChoiceField):
    def label_from_instance(self, enrolment: Enrolment) -> str:
        return f"{enrolment.user.last_name} {enrolment.user.first_name}".strip()


class SessionField(forms.ModelChoiceField):
    with_cohort = False

    def label_from_instance(self, session: ClassSession) -> str:
        said = {"number": session.number, "day": day_in_words(session.starts_at)}
        label = _("Session %(number)s · %(day)s") % said
        return f"{session.cohort.code} · {label}" if self.with_cohort else label


class OtherSessionField(SessionField):
    with_cohort = True


class ModuleField(forms.ModelChoiceField):
    def label_from_instance(self, module: SyllabusModule) -> str:
        return f"{module.position}. {module.title}"


class FactForm(forms.Form):
    """A fact about one learner of a cohort."""

    enrolment = PersonField(None, label=gettext_lazy("Learner"), empty_label="")

    def __init__(self, *args, cohort: Cohort, **kwargs):
        super().__init__(*args, prefix=self.name, **kwargs)
        self.fields["enrolment"].queryset = cohort.enrolments.select_related("user").order_by(
            "user__last_name", "user__first_name"
        )
        sessions = cohort.sessions.filter(cancelled_at=None).order_by("starts_at")
        for name in ("session", "missed"):
            if name in self.fields:
                self.fields[name].queryset = sessions
        if "module" in self.fields:
            self.fields["module"].queryset = cohort.modules.order_by("position")
        if "held_in" in self.fields:
            keys = cohort.modules.values("translation_key")
            self.fields["held_in"].queryset = (
                ClassSession.objects.filter(module__translation_key__in=keys, cancelled_at=None)
                .exclude(cohort=cohort)
                .select_related("cohort")
                .order_by("starts_at")
            )


def _reason():
    return forms.CharField(
        label=gettext_lazy("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )


class ExcuseForm(FactForm):
    name = "excuse"
    session = SessionField(None, label=gettext_lazy("Session"), empty_label="")
    reason = _reason()


class CreditForm(FactForm):
    name = "credit"
    module = ModuleField(
        None,
        label=gettext_lazy("Module"),
        required=False,
        empty_label=gettext_lazy("the whole cohort"),
    )
    minutes = forms.IntegerField(label=gettext_lazy("Minutes"), min_value=1, max_value=100000)
    reason = _reason()


class MakeUpForm(FactForm):
    """Times may be left empty: then the learner was there from the start to the end."""

    name = "make_up"
    missed = SessionField(None, label=gettext_lazy("Missed session"), empty_label="")
    held_in = OtherSessionField(None, label=gettext_lazy("Made up in"), empty_label="")
    in_at = ClockField(label=gettext_lazy("In at"), required=False)
    out_at = ClockField(label=gettext_lazy("Out at"), required=False)
    channel = forms.ChoiceField(label=gettext_lazy("Channel"), choices=Channel)

    def facts(self) -> dict:
        data = dict(self.cleaned_data)
        held_in, entered, left = data["held_in"], data["in_at"], data["out_at"]
        data["in_at"] = moment_of(entered, held_in) if entered else held_in.starts_at
        data["out_at"] = moment_of(left, held_in, leaving=True) if left else held_in.ends_at
        return data
