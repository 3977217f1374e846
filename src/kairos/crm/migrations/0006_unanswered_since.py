from collections import defaultdict

from django.db import migrations, models


def tell_what_waits(apps, schema_editor):
    """Deals that were written to before, and not heard of since, wait for their answer already."""
    Opportunity, Message = apps.get_model("crm", "Opportunity"), apps.get_model("discuss", "Message")
    letters = Message._base_manager.filter(
        record_type="opportunity", kind="message", sent_at__isnull=False, deleted_at=None
    )
    sent = defaultdict(list)
    for pk, at in letters.order_by("sent_at").values_list("record_id", "sent_at").iterator(2000):
        sent[pk].append(at)
    deals = Opportunity._base_manager.filter(pk__in=letters.values("record_id"))
    waiting = []
    for deal in deals.only("pk", "last_customer_event_at"):
        heard = deal.last_customer_event_at
        deal.unanswered_since = next((at for at in sent[deal.pk] if heard is None or at > heard), None)
        waiting += [deal] if deal.unanswered_since else []
    Opportunity._base_manager.bulk_update(waiting, ["unanswered_since"], batch_size=500)


class Migration(migrations.Migration):
    dependencies = [("crm", "0005_products"), ("discuss", "0006_incoming_mail")]

    operations = [
        migrations.AddField(
            model_name="opportunity",
            name="unanswered_since",
            field=models.DateTimeField(
                blank=True, editable=False, null=True, verbose_name="Waiting for an answer since"
            ),
        ),
        migrations.RunPython(tell_what_waits, migrations.RunPython.noop),
    ]
