"""What the demo's learners did: presences, lessons read, quizzes taken, certificates earned."""

from datetime import datetime, timedelta
from random import Random

from assessment.models import Assessment
from assessment.services import save_answers, start_attempt, submit_attempt
from certificates import services as certificates
from certificates.choices import Kind, RevocationReason
from certificates.models import Certificate
from certificates.requirements import requirements_of_cohort
from curriculum.choices import Completion
from lms.accounts.models import User
from lms.attendance import services as attendance
from lms.attendance.choices import Channel
from lms.cohorts import services as cohorts
from lms.cohorts.models import ClassSession, Enrolment
from lms.demo.clock import moment
from lms.demo.cohorts import MINUTES, Opened
from lms.progress.services import complete_lesson, visit_lesson

# How likely a learner is to be there, and to answer well; drawn once for each.
DILIGENCE = [0.99, 0.97, 0.95, 0.92, 0.9, 0.86, 0.8, 0.6]
# In a cohort that runs the least diligent has given no sign for so long.
SILENCE = timedelta(days=12)


class Habits:
    """How a learner behaves, the same in every session."""

    def __init__(self, enrolments: list[Enrolment], random: Random):
        self.random = random
        self.presence = {e.pk: random.choice(DILIGENCE) for e in enrolments}
        self.skill = {e.pk: random.uniform(0.62, 0.98) for e in enrolments}
        if enrolments:
            # The demo's own learner is diligent, and one person never makes the threshold.
            self.presence[enrolments[0].pk] = 0.97
            self.presence[enrolments[-1].pk] = 0.45
            self.skill[enrolments[-1].pk] = 0.2
        self.quiet = enrolments[-1].pk if enrolments else None


def fill_registers(opened: Opened, habits: Habits, now: datetime) -> None:
    """Take and sign the register of each past session; the last one of a running cohort waits."""
    past = [s for s in opened.sessions if s.ends_at <= now]
    finished = len(past) == len(opened.sessions)
    for session in past:
        at = session.ends_at + timedelta(minutes=5)
        present, excused = _entries(session, opened.enrolments, habits)
        if not finished and session.ends_at > now - SILENCE:
            # After the dice are cast: nobody else's presences depend on it.
            gone = opened.enrolments[-1]
            present = [entry for entry in present if entry.enrolment.pk != gone.pk]
            present.append(attendance.absent(gone))
            excused = [row for row in excused if row[0].pk != gone.pk]
        attendance.mark_register(session=session, entries=present, by=opened.teacher, at=at)
        for enrolment, reason in excused:
            attendance.record_excuse(
                enrolment=enrolment, session=session, reason=reason, by=opened.teacher, at=at
            )
        if session is past[-1] and not finished:
            continue
        attendance.sign_register(
            session=session,
            by=opened.teacher,
            actual_start=session.starts_at,
            actual_end=session.ends_at,
            at=at + timedelta(minutes=3),
        )
    if past:
        attendance.record_credit(
            enrolment=opened.enrolments[2],
            minutes=MINUTES,
            module=opened.cohort.modules.first(),
            reason="Ha già frequentato un corso sullo stesso modulo, con attestato.",
            by=opened.teacher,
            at=past[0].ends_at,
        )


def _entries(session: ClassSession, enrolments: list[Enrolment], habits: Habits):
    random = habits.random
    entries, excused = [], []
    for enrolment in enrolments:
        enrolment.refresh_from_db()
        if enrolment.withdrawn_on and enrolment.withdrawn_on < session.starts_at.date():
            continue
        starts, ends = session.starts_at, session.ends_at
        there = random.random() < habits.presence[enrolment.pk]
        kind = random.random()
        if not there:
            entries.append(attendance.absent(enrolment))
            if kind < 0.4:
                excused.append((enrolment, random.choice(["Visita medica", "Turno di lavoro"])))
        elif kind < 0.08:
            late = timedelta(minutes=random.randrange(12, 40))
            entries.append(attendance.between(enrolment, starts + late, ends))
        elif kind < 0.14:
            early = timedelta(minutes=random.randrange(10, 45))
            entries.append(attendance.between(enrolment, starts, ends - early))
        elif kind < 0.4 and session.link:
            entries.append(attendance.whole(enrolment, session, Channel.REMOTE))
        else:
            entries.append(attendance.whole(enrolment, session))
    return entries, excused


def withdraw_one(opened: Opened) -> None:
    """Somebody leaves in the fourth week."""
    enrolment = opened.enrolments[-2]
    day = opened.cohort.starts_on + timedelta(weeks=4, days=1)
    cohorts.withdraw(
        enrolment=enrolment, on=day, reason="Ha cambiato orario di lavoro", by=opened.teacher
    )


def read_lessons(opened: Opened, habits: Habits, now: datetime) -> None:
    """Each learner has read as far as the calendar says, the diligent a little further."""
    lessons = list(opened.cohort.lessons.select_related("module"))
    weeks = (now - moment(opened.cohort.starts_on, 9)).days / 7
    share = max(0.0, min(1.0, (weeks + 1) / 12))
    for enrolment in opened.enrolments:
        if not enrolment.withdrawn_on:
            eager = share if share == 1 else share * habits.presence[enrolment.pk]
            if habits.presence[enrolment.pk] < 0.5:
                eager = share / 3
            done = round(len(lessons) * eager)
            for number, lesson in enumerate(lessons[:done]):
                at = moment(opened.cohort.starts_on, 20) + timedelta(days=number * 5)
                complete_lesson(
                    enrolment=enrolment,
                    lesson=lesson,
                    how=lesson.completion,
                    by=opened.teacher if lesson.completion == Completion.INSTRUCTOR else None,
                    at=min(at, now),
                )
            if done < len(lessons):
                visit_lesson(
                    enrolment=enrolment,
                    lesson=lessons[done],
                    position=habits.random.randrange(50, 700),
                    at=now - (SILENCE if enrolment.pk == habits.quiet else timedelta(hours=20)),
                )


def take_quizzes(opened: Opened, habits: Habits, now: datetime) -> None:
    """In the finished cohort everybody tries, twice if needed; in a running one the first few do."""
    assessment = Assessment.objects.of_course(opened.cohort.course).published().first()
    finished = opened.cohort.ends_on < now.date()
    takers = opened.enrolments if finished else opened.enrolments[3:8]
    if assessment is None or (not finished and opened.sessions[5].ends_at > now):
        return
    at = opened.sessions[-1].ends_at + timedelta(days=2) if finished else now - timedelta(days=1)
    for number, enrolment in enumerate(takers):
        if enrolment.withdrawn_on:
            continue
        for attempt_number in range(2):
            start = at + timedelta(minutes=7 * number, hours=26 * attempt_number * finished)
            attempt = start_attempt(enrolment=enrolment, assessment=assessment, at=start)
            answers = _answers(attempt, habits.skill[enrolment.pk], habits.random)
            save_answers(attempt=attempt, answers=answers, at=start + timedelta(minutes=9))
            attempt = submit_attempt(attempt=attempt, at=start + timedelta(minutes=14))
            if attempt.passed or not finished:
                break


def _answers(attempt, skill: float, random: Random) -> dict:
    answers = {}
    for question in attempt.snapshot["questions"]:
        right = [c["key"] for c in question["choices"] if c["correct"]]
        wrong = [c["key"] for c in question["choices"] if not c["correct"]]
        chosen = right if random.random() < skill or not wrong else [random.choice(wrong)]
        answers[question["key"]] = (chosen, None)
    return answers


def issue_certificates(opened: Opened, by: User) -> list[Certificate]:
    """Both kinds for whoever meets the rules; the last one is revoked a week later. Returns them all."""
    cohort = opened.cohort
    at = moment(cohort.ends_on + timedelta(days=1), 11)
    learners = {
        e.pk: e for e in cohort.enrolments.active().select_related("user", "cohort__course")
    }
    made = []
    for kind in Kind:
        for pk, rules in requirements_of_cohort(cohort, kind).items():
            if pk in learners and all(rule.met for rule in rules):
                made.append(certificates.register(enrolment=learners[pk], kind=kind, by=by, at=at))
    for certificate in made:
        certificates.produce(certificate=certificate, at=at + timedelta(minutes=5))
    if made:
        certificates.revoke(
            certificate=made[-1],
            reason_class=RevocationReason.ISSUED_IN_ERROR,
            note="Una presenza era stata registrata due volte.",
            by=by,
            at=at + timedelta(days=7),
        )
    return made
