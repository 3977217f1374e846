from kairos.mail.models.outgoing import OutgoingMail, State
from kairos.mail.models.suppression import Suppression

__all__ = ["OutgoingMail", "State", "Suppression"]
