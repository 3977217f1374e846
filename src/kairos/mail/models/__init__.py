from kairos.mail.models.incoming import Came, IncomingMail
from kairos.mail.models.mailbox import FolderMessage, Mailbox, MailboxFolder, MailboxState, Trouble
from kairos.mail.models.outgoing import OutgoingMail, State
from kairos.mail.models.suppression import Suppression
from kairos.mail.models.way import MailWay

__all__ = [
    "Came",
    "FolderMessage",
    "IncomingMail",
    "MailWay",
    "Mailbox",
    "MailboxFolder",
    "MailboxState",
    "OutgoingMail",
    "State",
    "Suppression",
    "Trouble",
]
