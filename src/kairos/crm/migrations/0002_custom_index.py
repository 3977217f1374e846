"""On PostgreSQL one index finds the records with a value in whichever custom field."""

from django.db import migrations


def build(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "CREATE INDEX crm_opportunity_custom ON crm_opportunity USING gin (custom jsonb_path_ops)"
        )


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX crm_opportunity_custom")


class Migration(migrations.Migration):
    replaces = [("crm", "0008_custom_index")]

    dependencies = [("crm", "0001_first_release")]

    operations = [migrations.RunPython(build, drop)]
