"""On PostgreSQL one index finds the records with a value in whichever custom field."""

from django.db import migrations


def build(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "CREATE INDEX contacts_contact_custom ON contacts_contact USING gin (custom jsonb_path_ops)"
        )


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX contacts_contact_custom")


class Migration(migrations.Migration):
    replaces = [("contacts", "0004_custom_index")]

    dependencies = [("contacts", "0001_first_release")]

    operations = [migrations.RunPython(build, drop)]
