from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="outboundmail",
            name="kind",
            field=models.CharField(default="", max_length=60),
        ),
        migrations.AddField(
            model_name="outboundmail",
            name="skipped_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
