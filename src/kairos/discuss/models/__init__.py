from kairos.discuss.models.attachment import Attachment
from kairos.discuss.models.follow import Follow
from kairos.discuss.models.message import Message, Reaction, Star
from kairos.discuss.models.notification import Notification, waiting_for

__all__ = ["Attachment", "Follow", "Message", "Notification", "Reaction", "Star", "waiting_for"]
