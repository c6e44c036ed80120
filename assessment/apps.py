from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AssessmentConfig(AppConfig):
    name = "assessment"
    label = "assessment"
    verbose_name = _("Assessment")

    def ready(self):
        from wagtail.permissions import register_permission_policy

        from assessment import models, rules
        from assessment.deadlines import quizzes_to_pass
        from assessment.exchange import course_archive
        from assessment.privacy import ANSWERS, ATTEMPTS
        from assessment.services import close_expired_attempts
        from assessment.summary import outcome_uses, quiz_keys_passed, quiz_titles
        from lms.core.registries import (
            DueWork,
            QuizLedger,
            register_deadlines,
            register_due_work,
            register_outcome_uses,
            register_personal_data,
            register_rule,
            registries,
        )

        registries.quiz_ledger = QuizLedger(titles=quiz_titles, passed=quiz_keys_passed)
        registries.archive_parts["quizzes"] = course_archive.PART
        register_rule("assessment.take", rules.may_take)
        register_rule("assessment.take_attempt", rules.may_take_attempt)
        register_rule("assessment.author", rules.may_author)
        register_rule("assessment.read_attempt", rules.may_read_attempt)
        for model in (models.QuestionBank, models.Question, models.Assessment):
            register_permission_policy(model, rules.AuthoringPolicy(model))
        register_permission_policy(models.Attempt, rules.AttemptPolicy(models.Attempt))
        register_personal_data(ATTEMPTS)
        register_personal_data(ANSWERS)
        register_due_work(DueWork("assessment.close_expired_attempts", 30, close_expired_attempts))
        register_outcome_uses("assessment", outcome_uses)
        register_deadlines("assessment", quizzes_to_pass)
