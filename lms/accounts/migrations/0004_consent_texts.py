from django.db import migrations


def add_texts(apps, schema_editor):
    from lms.accounts.consent_texts import add_missing_texts

    add_missing_texts(apps)


def remove_texts(apps, schema_editor):
    apps.get_model("accounts", "ConsentText").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_roles")]
    operations = [migrations.RunPython(add_texts, remove_texts)]
