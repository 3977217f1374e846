"""On PostgreSQL the beginnings of texts have an index of their own: the trigrams of many words are in too many."""

from django.db import migrations


def build(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "CREATE INDEX core_search_entry_beginning ON core_searchentry "
            "(record_type, left(text, 40) text_pattern_ops)"
        )


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX core_search_entry_beginning")


class Migration(migrations.Migration):
    dependencies = [("core", "0003_search_numbers")]

    operations = [migrations.RunPython(build, drop)]
