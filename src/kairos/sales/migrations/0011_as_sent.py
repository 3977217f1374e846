from django.db import migrations, models


def keep(apps, schema_editor):
    """What is out already stays as it is now."""
    quotations = apps.get_model("sales", "Quotation").objects.exclude(state="draft").order_by("pk")
    for quotation in quotations.prefetch_related("lines__taxes", "lines__product").iterator(chunk_size=500):
        shown = {}
        for line in quotation.lines.all():
            taxes = sorted(line.taxes.all(), key=lambda tax: (tax.position, tax.pk))
            shown[str(line.pk)] = {
                "unit": line.product.unit if line.product else "",
                "taxes": [
                    [tax.pk, tax.name, str(tax.percent), tax.is_included, tax.is_compound] for tax in taxes
                ],
            }
        quotations.filter(pk=quotation.pk).update(as_sent=shown)


class Migration(migrations.Migration):
    dependencies = [
        ("sales", "0010_margins"),
    ]

    operations = [
        migrations.AddField(
            model_name="quotation",
            name="as_sent",
            field=models.JSONField(editable=False, null=True),
        ),
        migrations.RunPython(keep, migrations.RunPython.noop),
    ]
