"""Mails: who writes, when reminders leave, and when a learner is said to be quiet."""

from environs import Env

env = Env()

DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("MAIL_FROM", "Cohub Milano <ciao@cohub.example>")
QUIET_AFTER_DAYS = env.int("QUIET_AFTER_DAYS", 10)  # without a sign, a learner is said to be quiet

# Reminders leave on the evening before, at this hour of the house (Europe/Rome).
REMINDERS_AT = env.str("REMINDERS_AT", "17:00")
SESSION_REMINDER_HOURS = env.int("SESSION_REMINDER_HOURS", 0)  # one more, so many hours before
DEADLINE_REMINDER_DAYS = env.int("DEADLINE_REMINDER_DAYS", 3)
