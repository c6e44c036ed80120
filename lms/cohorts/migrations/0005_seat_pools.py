import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cohorts", "0004_rooms"),
    ]

    operations = [
        migrations.CreateModel(
            name="SeatPool",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated at")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("students", "Students"),
                            ("managers", "Managers and workers"),
                            ("public_bodies", "Public bodies"),
                            ("bursaries", "Bursaries"),
                        ],
                        max_length=20,
                        verbose_name="kept for",
                    ),
                ),
                ("seats", models.PositiveSmallIntegerField(default=0, verbose_name="seats")),
                (
                    "cohort",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pools",
                        to="cohorts.cohort",
                    ),
                ),
            ],
            options={
                "verbose_name": "seat pool",
                "verbose_name_plural": "seat pools",
                "ordering": ["cohort", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("cohort", "kind"),
                        name="a_cohort_has_one_pool_of_a_kind",
                        violation_error_message="This cohort already has such a pool.",
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="application",
            name="pool",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="applications",
                to="cohorts.seatpool",
                verbose_name="seats asked for",
            ),
        ),
        migrations.AddField(
            model_name="enrolment",
            name="pool",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="enrolments",
                to="cohorts.seatpool",
                verbose_name="seats",
            ),
        ),
    ]
