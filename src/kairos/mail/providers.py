"""The mail services whose own way in we speak, by django-anymail: what is particular to each."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.module_loading import import_string

from kairos.mail.models import MailWay

Kind = MailWay.Kind
TIMEOUT = (10, 30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """`regions` are the addresses of its interface beside the usual one. `keeps_identity`: a mail keeps our Message-ID.

    `hooks` and `inbound` are the views of anymail that read what it tells; `signs` is how it signs that: the argument
    for the key, or "svix".
    """

    backend: str
    hooks: str
    inbound: str = ""
    signs: str = ""
    has_login: bool = False
    keeps_identity: bool = False
    regions: Mapping[str, str] = field(default_factory=dict)


PROVIDERS: Mapping[str, Provider] = {
    Kind.MAILGUN: Provider(
        backend="anymail.backends.mailgun.EmailBackend",
        hooks="anymail.webhooks.mailgun.MailgunTrackingWebhookView",
        inbound="anymail.webhooks.mailgun.MailgunInboundWebhookView",
        signs="webhook_signing_key",
        keeps_identity=True,
        regions={"eu": "https://api.eu.mailgun.net/v3/"},
    ),
    Kind.POSTMARK: Provider(
        backend="anymail.backends.postmark.EmailBackend",
        hooks="anymail.webhooks.postmark.PostmarkTrackingWebhookView",
        inbound="anymail.webhooks.postmark.PostmarkInboundWebhookView",
        keeps_identity=True,
    ),
    Kind.BREVO: Provider(
        backend="anymail.backends.brevo.EmailBackend",
        hooks="anymail.webhooks.brevo.BrevoTrackingWebhookView",
    ),
    Kind.MAILJET: Provider(
        backend="anymail.backends.mailjet.EmailBackend",
        hooks="anymail.webhooks.mailjet.MailjetTrackingWebhookView",
        inbound="anymail.webhooks.mailjet.MailjetInboundWebhookView",
        has_login=True,
    ),
    Kind.RESEND: Provider(
        backend="anymail.backends.resend.EmailBackend",
        hooks="anymail.webhooks.resend.ResendTrackingWebhookView",
        signs="svix",
    ),
    Kind.SPARKPOST: Provider(
        backend="anymail.backends.sparkpost.EmailBackend",
        hooks="anymail.webhooks.sparkpost.SparkPostTrackingWebhookView",
        inbound="anymail.webhooks.sparkpost.SparkPostInboundWebhookView",
        regions={"eu": "https://api.eu.sparkpost.com/api/v1/"},
    ),
}


def backend_of(way: MailWay, key: str) -> Any:
    """The backend that speaks to the provider, with this key."""
    provider = PROVIDERS[way.kind]
    given: dict[str, Any] = {"timeout": TIMEOUT, "debug_api_requests": False}
    if way.kind == Kind.POSTMARK:
        given["server_token"] = key
    elif provider.has_login:
        given |= {"api_key": way.login, "secret_key": key}
    else:
        given["api_key"] = key
    if way.region:
        given["api_url"] = provider.regions[way.region]
    return import_string(provider.backend)(**given)
