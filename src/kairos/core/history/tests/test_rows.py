"""Inserting without statements for each batch gives the same rows as Django does."""

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import timezone

from kairos.contacts.models import Contact
from kairos.core.history.rows import insert_records


@pytest.mark.django_db
def test_inserted_records_read_back_as_they_were():
    at = timezone.make_aware(dt.datetime(2026, 2, 3, 4, 5, 6, 789))
    values = {
        "name": "王小明 'x' \"y\" %s\n", "emails": ["a@b.example"], "annual_revenue": Decimal("12.345"),
        "employees": None, "founded_in": 1999, "created_at": at,
    }  # fmt: skip
    one = Contact(**values)
    insert_records(Contact, [one, Contact(name="Second")])
    other = Contact.objects.create(**values)
    assert other.pk > one.pk
    same = [
        name
        for name in (field.attname for field in Contact._meta.concrete_fields)
        if name not in ("id", "updated_at")
    ]
    first, second = (Contact.objects.filter(pk=pk).values(*same).get() for pk in (one.pk, other.pk))
    assert first == second


@pytest.mark.django_db
def test_numbers_go_on_after_the_last_and_after_a_deleted_one():
    last = Contact.objects.create(name="Last")
    taken = last.pk
    last.delete()
    records = [Contact(name=f"N{n}") for n in range(3)]
    insert_records(Contact, records)
    assert [record.pk for record in records] == [taken + 1, taken + 2, taken + 3]
    assert Contact.objects.create(name="Next").pk == taken + 4
