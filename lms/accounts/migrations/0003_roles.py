from django.db import migrations


def make_roles(apps, schema_editor):
    from lms.accounts.permissions import sync_roles

    sync_roles(apps=apps)


def remove_wagtail_defaults(apps, schema_editor):
    """Wagtail's own groups could publish anywhere; ours are the only ones."""
    apps.get_model("auth", "Group").objects.filter(name__in=["Editors", "Moderators"]).delete()


def remove_roles(apps, schema_editor):
    from lms.accounts.choices import Role

    apps.get_model("auth", "Group").objects.filter(name__in=Role.values).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_invitations_and_consents"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        # After everything that gives permissions to Wagtail's default groups.
        ("wagtailcore", "0098_apitoken"),
        ("wagtailadmin", "0006_formstate"),
        ("wagtailimages", "0027_image_description"),
        ("wagtaildocs", "0014_alter_document_file_size"),
    ]

    operations = [
        migrations.RunPython(remove_wagtail_defaults, migrations.RunPython.noop),
        migrations.RunPython(make_roles, remove_roles),
    ]
