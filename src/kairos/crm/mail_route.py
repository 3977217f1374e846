"""Mail to a team's address for leads becomes a lead, or another touch of one who is known."""

from kairos.crm.actions.leads import add_lead
from kairos.crm.actions.touches import Brought
from kairos.crm.models import Channel, Opportunity, TeamProcess
from kairos.mail.incoming.parsing import Parsed
from kairos.mail.models import IncomingMail
from kairos.mail.slots import ROUTES, Route


@ROUTES.register(order=50)
class LeadsByMail(Route):
    """The first of the addressees that is a team's decides."""

    def take(self, mail: IncomingMail, parsed: Parsed) -> Opportunity | None:
        addresses = [address for _name, address in parsed.recipients]
        processes = TeamProcess.objects.exclude(mail_address="").select_related("team").order_by("team")
        by_address = {process.mail_address.lower(): process for process in processes}
        process = next((by_address[address] for address in addresses if address in by_address), None)
        if process is None:
            return None
        values = {
            "title": mail.subject or mail.from_name or mail.from_address,
            "team": process.team,
            "email": mail.from_address,
            "contact_name": mail.from_name,
            "description": mail.text[:10_000],
        }
        brought = Brought(at=mail.received_at)
        return add_lead(values=values, channel=Channel.MAIL, brought=brought, into_open=True).record
