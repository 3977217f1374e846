from kairos.mail.models.incoming import Came, IncomingMail
from kairos.mail.models.mailbox import FolderMessage, Mailbox, MailboxFolder, MailboxState, Trouble
from kairos.mail.models.outgoing import OutgoingMail, State
from kairos.mail.models.suppression import Suppression

__all__ = [
    "Came",
    "FolderMessage",
    "IncomingMail",
    "Mailbox",
    "MailboxFolder",
    "MailboxState",
    "OutgoingMail",
    "State",
    "Suppression",
    "Trouble",
]
