"""What a register is told: the whole state of one learner at one session."""

from dataclasses import dataclass
from datetime import datetime

from lms.attendance.choices import Channel
from lms.attendance.summary import Presence
from lms.cohorts.choices import Mode
from lms.cohorts.models import ClassSession, Enrolment


@dataclass(frozen=True)
class Entry:
    """The whole state of one learner at one session; no presence means absent."""

    enrolment: Enrolment
    presences: tuple[Presence, ...] = ()


def usual_channel(session: ClassSession) -> str:
    """The channel of a presence of which nothing else is said."""
    return Channel.REMOTE if session.mode == Mode.REMOTE else Channel.HOUSE


def whole(enrolment: Enrolment, session: ClassSession, channel: str = "") -> Entry:
    """Present from the start to the end; signing moves both to the real times."""
    channel = channel or usual_channel(session)
    return Entry(enrolment, (Presence(session.starts_at, session.ends_at, channel),))


def between(
    enrolment: Enrolment, in_at: datetime, out_at: datetime, channel: str = Channel.HOUSE
) -> Entry:
    return Entry(enrolment, (Presence(in_at, out_at, channel),))


def absent(enrolment: Enrolment) -> Entry:
    return Entry(enrolment)
