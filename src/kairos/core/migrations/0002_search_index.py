"""The trigram index behind the search box: GIN on PostgreSQL, an FTS5 table kept by triggers on SQLite."""

from django.db import migrations

POSTGRESQL = [
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    "CREATE INDEX core_search_entry_text ON core_searchentry USING gin (text gin_trgm_ops)",
    # The trigrams of many words are in too many texts; their beginnings have an index of their own.
    "CREATE INDEX core_search_entry_beginning ON core_searchentry (record_type, left(text, 40) text_pattern_ops)",
]
SQLITE = [
    "CREATE VIRTUAL TABLE core_search_index USING fts5("
    "text, content='core_searchentry', content_rowid='id', tokenize='trigram case_sensitive 1', detail='full')",
    "CREATE TRIGGER core_search_entry_added AFTER INSERT ON core_searchentry BEGIN "
    "INSERT INTO core_search_index(rowid, text) VALUES (new.id, new.text); END",
    "CREATE TRIGGER core_search_entry_removed AFTER DELETE ON core_searchentry BEGIN "
    "INSERT INTO core_search_index(core_search_index, rowid, text) VALUES ('delete', old.id, old.text); END",
    "CREATE TRIGGER core_search_entry_changed AFTER UPDATE OF text ON core_searchentry BEGIN "
    "INSERT INTO core_search_index(core_search_index, rowid, text) VALUES ('delete', old.id, old.text); "
    "INSERT INTO core_search_index(rowid, text) VALUES (new.id, new.text); END",
]


def build(apps, schema_editor):
    for statement in POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE:
        schema_editor.execute(statement)


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX core_search_entry_text")
        schema_editor.execute("DROP INDEX core_search_entry_beginning")
        return
    for trigger in ("added", "removed", "changed"):
        schema_editor.execute(f"DROP TRIGGER core_search_entry_{trigger}")
    schema_editor.execute("DROP TABLE core_search_index")


class Migration(migrations.Migration):
    dependencies = [("core", "0001_first_release")]

    operations = [migrations.RunPython(build, drop)]
