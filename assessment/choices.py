from django.db import models
from django.utils.translation import gettext_lazy as _


class QuestionKind(models.TextChoices):
    SINGLE = "single", _("Single choice")
    MULTIPLE = "multiple", _("Multiple choice")
    TRUE_FALSE = "true_false", _("True or false")


class MultipleRule(models.TextChoices):
    """How a question with several right answers is marked (docs/decisions/0020)."""

    ALL_OR_NOTHING = "all_or_nothing", _("All or nothing")
    PARTIAL = "partial", _("Partial: (right − wrong) ÷ all the right ones, never below zero")


class EndedBy(models.TextChoices):
    """Who closed an attempt: the learner by handing it in, or the clock at the deadline."""

    LEARNER = "learner", _("The learner")
    CLOCK = "clock", _("The clock")


# The two choices of a true-or-false question carry these keys, in this order.
TRUE_FALSE_KEYS = ("true", "false")
