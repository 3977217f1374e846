from django.utils.translation import gettext_lazy as _

from kairos.contacts.models import Contact
from kairos.core.history import change_set
from kairos.core.history.undo import undo
from kairos.core.models import ChangeSet, Tag
from tests.world import World


def test_records_made_together_that_refer_to_each_other_go_and_come_back_together(world: World) -> None:
    with change_set(by=world.ada, summary=_("Made a contact and its tag")) as changes:
        contact = changes.create(Contact, name="Bo")
        tag = changes.create(Tag, name="Fair")
        changes.set_related(contact, "tags", [tag])
    undo(ChangeSet.objects.latest("pk"), by=world.ada)
    assert not Contact.objects.filter(pk=contact.pk).exists()
    assert not Tag.objects.filter(pk=tag.pk).exists()
    report = undo(ChangeSet.objects.latest("pk"), by=world.ada)
    assert report.conflicts == []
    assert list(Contact.objects.get(pk=contact.pk).tags.all()) == [tag]
