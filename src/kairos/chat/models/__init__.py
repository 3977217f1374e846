from kairos.chat.models.answer import CannedAnswer
from kairos.chat.models.channel import Channel, Member

__all__ = ["CannedAnswer", "Channel", "Member"]
