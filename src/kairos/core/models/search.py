from zlib import crc32

from django.db import models

RECORD_BITS = 41
KIND_MASK = (1 << 63 - RECORD_BITS) - 1


class SearchEntry(models.Model):
    """The searchable text of one record, normalised by `core.search.normalise`; kept by the change set.

    PostgreSQL finds it through a trigram index, SQLite through an FTS5 table that triggers keep in step. The entries
    of one kind have numbers next to each other, and each its record's within them (see `numbers`).
    """

    record_type = models.CharField(max_length=40)
    record_id = models.BigIntegerField()
    text = models.TextField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["record_type", "record_id"], name="core_search_entry_unique"),
        )

    def __str__(self) -> str:
        return f"{self.record_type} {self.record_id}"

    @staticmethod
    def numbers(record_type: str) -> range:
        """The numbers of a kind's entries; the record with the key 42 has the one at place 42."""
        first = (crc32(record_type.encode()) & KIND_MASK) << RECORD_BITS
        return range(first, first + (1 << RECORD_BITS))


class MatchKey(models.Model):
    """A normalised e-mail address, phone number or name by which a record can be recognised.

    Imports and duplicate checks look here instead of scanning records. A record may have many; keys are not unique.
    """

    record_type = models.CharField(max_length=40)
    record_id = models.BigIntegerField()
    kind = models.CharField(max_length=10)
    value = models.CharField(max_length=200)

    class Meta:
        indexes = (
            models.Index(fields=["record_type", "kind", "value"], name="core_match_key_value"),
            models.Index(fields=["record_type", "record_id"], name="core_match_key_record"),
        )

    def __str__(self) -> str:
        return f"{self.kind}:{self.value}"
