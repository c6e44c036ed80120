import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

PHASES = [
    ("announced", "Announced"),
    ("applications", "Applications open"),
    ("closed", "Applications closed"),
    ("running", "Running"),
    ("finished", "Finished"),
    ("archived", "Archived"),
]


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("cohorts", "0010_module_release"),
    ]

    operations = [
        migrations.AddField(
            model_name="cohort",
            name="archives_on",
            field=models.DateField(
                blank=True,
                help_text="Leave it empty for a year after the last day.",
                null=True,
                verbose_name="archived from",
            ),
        ),
        migrations.AddField(
            model_name="cohort",
            name="override_phase",
            field=models.CharField(
                blank=True,
                choices=PHASES,
                default="",
                editable=False,
                max_length=12,
                verbose_name="state set by hand",
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="cohort",
            name="override_reason",
            field=models.CharField(
                blank=True, default="", editable=False, max_length=300, verbose_name="reason"
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="cohort",
            name="override_on",
            field=models.DateField(
                blank=True, editable=False, null=True, verbose_name="set on"
            ),
        ),
        migrations.AddField(
            model_name="cohort",
            name="override_until",
            field=models.DateField(blank=True, editable=False, null=True, verbose_name="until"),
        ),
        migrations.AddField(
            model_name="cohort",
            name="override_by",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="cohort",
            constraint=models.CheckConstraint(
                condition=models.Q(("archives_on", None))
                | models.Q(("archives_on__gt", models.F("ends_on"))),
                name="a_cohort_is_archived_after_its_end",
                violation_error_message="A cohort is archived after its last day.",
            ),
        ),
        migrations.AddConstraint(
            model_name="cohort",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("override_on", None), ("override_phase", ""), ("override_reason", "")
                )
                | models.Q(("override_phase", ""), _negated=True)
                & models.Q(("override_reason", ""), _negated=True)
                & models.Q(("override_on__isnull", False)),
                name="a_state_set_by_hand_says_why_and_since_when",
            ),
        ),
    ]
