"""A message as the mail that carries it."""

from typing import Any

from kairos.discuss.models import Letter, Message
from kairos.discuss.writing import to_html
from kairos.mail.reply_address import reply_address

MOST_REFERENCES = 10
PAGE = (
    '<!doctype html><html><body style="font-family:sans-serif;font-size:15px;line-height:1.55">'
    "{body}</body></html>"
)
SIGNATURE = '<div style="margin-top:24px;color:#555">{html}</div>'


def composed(message: Message, record: Any, recipient: dict[str, str]) -> dict[str, Any]:
    """What `queue_mail` needs for one recipient; below the words stands the signature of whoever wrote them."""
    signature = getattr(message.author, "signature", "").strip()
    return {
        "to": recipient["address"],
        "to_name": recipient["name"],
        "subject": message.subject,
        "text": f"{message.text}\n\n-- \n{signature}" if signature else message.text,
        "html": PAGE.format(
            body=message.body + (SIGNATURE.format(html=to_html(signature)) if signature else "")
        ),
        "by": message.author,
        "sender": str(message.author or ""),
        "reply_to": reply_address(record),
        "headers": _threading(message, recipient["address"]),
        "files": [
            {"name": one.name, "media_type": one.media_type, "digest": one.digest}
            for one in message.attachments.order_by("pk")
        ],
        "about": record,
    }


def _threading(message: Message, address: str) -> dict[str, str]:
    """The mails this one stands below in the recipient's program: what it replies to, and what went before."""
    before = Message.objects.filter(
        record_type=message.record_type, record_id=message.record_id, kind=Message.Kind.MESSAGE
    ).exclude(pk=message.pk)
    came = before.exclude(mail_id="").filter(sender_address__iexact=address)
    sent = Letter.objects.filter(message__in=before, mail__to_address__iexact=address)
    known = [
        *came.values_list("created_at", "mail_id"),
        *sent.values_list("message__created_at", "mail__message_id"),
    ]
    ids = [identity for _at, identity in sorted(known)][-MOST_REFERENCES:]
    if not ids:
        return {}
    answered = message.reply_to.mail_id if message.reply_to and message.reply_to.mail_id in ids else ids[-1]
    return {"In-Reply-To": answered, "References": " ".join(ids)}
