from kairos.discuss.models.attachment import Attachment
from kairos.discuss.models.follow import Follow
from kairos.discuss.models.message import Letter, Message, Reaction, Star
from kairos.discuss.models.notice_choice import ByMail, NoticeChoice, Way, choice_of
from kairos.discuss.models.notification import Notification, waiting_for
from kairos.discuss.models.push_subscription import PushSubscription
from kairos.discuss.models.template import MessageTemplate

__all__ = [
    "Attachment",
    "ByMail",
    "Follow",
    "Letter",
    "Message",
    "MessageTemplate",
    "NoticeChoice",
    "Notification",
    "PushSubscription",
    "Reaction",
    "Star",
    "Way",
    "choice_of",
    "waiting_for",
]
