"""Each entry's number tells its kind and its record, so that SQLite's index alone can answer what was found."""

from zlib import crc32

from django.db import migrations
from django.db.models import F


def renumber(apps, schema_editor):
    entries = apps.get_model("core", "SearchEntry").objects.using(schema_editor.connection.alias)
    for kind in list(entries.order_by().values_list("record_type", flat=True).distinct()):
        first = (crc32(kind.encode()) & 0x3FFFFF) << 41
        entries.filter(record_type=kind).update(id=first + F("record_id"))
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("INSERT INTO core_search_index(core_search_index) VALUES ('rebuild')")


class Migration(migrations.Migration):
    dependencies = [("core", "0002_search_index")]

    operations = [migrations.RunPython(renumber, migrations.RunPython.noop)]
