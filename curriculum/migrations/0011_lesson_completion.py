from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("curriculum", "0010_course_codes")]

    operations = [
        migrations.AddField(
            model_name="lesson",
            name="completion",
            field=models.CharField(
                choices=[
                    ("button", "The learner says so with a button"),
                    ("reading", "Reading to the end"),
                    ("checks", "Answering every question of “Try yourself”"),
                    ("reflections", "Writing on every “Think about it”"),
                    ("instructor", "The instructor says so"),
                ],
                default="button",
                help_text="A lesson without the blocks that are asked for is done with the learner’s button.",
                max_length=12,
                verbose_name="done by",
            ),
        ),
    ]
