from django.conf import settings
from django.db import migrations, models
from django.db.models import F


def date_first_assignments(apps, schema_editor):
    """Deals from before this was kept count as assigned on the day they were made."""
    deals = apps.get_model("crm", "Opportunity")._base_manager.filter(assigned_at=None)
    deals.exclude(salesperson=None).update(assigned_at=F("created_at"))


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_trees_and_reach"),
        ("crm", "0005_recurring_tally"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="assignment",
            name="seen_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddIndex(
            model_name="assignment",
            index=models.Index(
                condition=models.Q(("seen_at", None)), fields=["user", "at"], name="crm_assignment_unseen"
            ),
        ),
        migrations.RunPython(date_first_assignments, migrations.RunPython.noop),
    ]
