from django.db import migrations, models
from django.utils import timezone


def plan_present_steps(apps, schema_editor):
    """What was written down as the next step of an open deal becomes a to-do of its salesperson."""
    Opportunity = apps.get_model("crm", "Opportunity")
    deals = Opportunity._base_manager.filter(status="open").exclude(next_step_on=None)
    if not deals.exists():
        return
    Activity, ActivityType = (apps.get_model("activities", name) for name in ("Activity", "ActivityType"))
    todo = ActivityType._base_manager.filter(doing="todo").order_by("pk").first()
    todo = todo or ActivityType._base_manager.create(name="To-do", doing="todo")
    now = timezone.now()
    columns = ("pk", "title", "salesperson_id", "next_step", "next_step_on")
    rows = [
        Activity(
            type=todo,
            summary=what or todo.name,
            due_on=day,
            assignee_id=person,
            record_type="opportunity",
            record_id=pk,
            record_title=title,
            created_at=now,
            updated_at=now,
        )
        for pk, title, person, what, day in deals.values_list(*columns).iterator(2000)
    ]
    Activity._base_manager.bulk_create(rows, batch_size=500)
    deals.filter(next_step="").update(next_step=todo.name)


class Migration(migrations.Migration):
    dependencies = [("crm", "0002_custom_index"), ("activities", "0001_initial")]

    operations = [
        migrations.AlterField(
            model_name="opportunity",
            name="next_step",
            field=models.CharField(
                blank=True, default="", editable=False, max_length=200, verbose_name="Next step"
            ),
        ),
        migrations.AlterField(
            model_name="opportunity",
            name="next_step_on",
            field=models.DateField(blank=True, editable=False, null=True, verbose_name="Next step on"),
        ),
        migrations.RunPython(plan_present_steps, migrations.RunPython.noop),
    ]
