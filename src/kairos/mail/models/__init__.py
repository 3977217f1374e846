from kairos.mail.models.incoming import Came, IncomingMail
from kairos.mail.models.outgoing import OutgoingMail, State
from kairos.mail.models.suppression import Suppression

__all__ = ["Came", "IncomingMail", "OutgoingMail", "State", "Suppression"]
