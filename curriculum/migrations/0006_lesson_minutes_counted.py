from django.db import migrations, models

HELP = "From the words, and what there is to do. Untick it to give your own estimate."


class Migration(migrations.Migration):
    """Lessons written so far keep the minutes that their authors gave; new ones are counted."""

    dependencies = [("curriculum", "0005_committee_review_task")]

    operations = [
        migrations.AddField(
            model_name="lesson",
            name="minutes_counted",
            field=models.BooleanField(
                default=False, help_text=HELP, verbose_name="count the minutes"
            ),
        ),
        migrations.AlterField(
            model_name="lesson",
            name="minutes_counted",
            field=models.BooleanField(
                default=True, help_text=HELP, verbose_name="count the minutes"
            ),
        ),
        migrations.AlterField(
            model_name="lesson",
            name="minutes",
            field=models.PositiveSmallIntegerField(
                blank=True, default=10, verbose_name="estimated minutes"
            ),
        ),
    ]
