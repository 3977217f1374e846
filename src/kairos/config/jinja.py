"""The Jinja2 environment of every page."""

from typing import Any

from django.contrib.messages import get_messages
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone, translation
from jinja2 import Environment

from kairos.core.fields.format import jinja_filters


def url(name: str, *args: Any, **kwargs: Any) -> str:
    """Give the address of a named view."""
    return reverse(name, args=args or None, kwargs=kwargs or None)


def environment(**options: Any) -> Environment:
    """Build the environment: gettext, addresses, and the present moment in the viewer's time zone.

    Autoescape is on through Django's backend.
    """
    env = Environment(  # noqa: S701  Django's backend passes autoescape=True in the options.
        **options,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do", "jinja2.ext.loopcontrols"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.policies["ext.i18n.trimmed"] = True
    env.install_gettext_callables(  # type: ignore[attr-defined]
        translation.gettext,
        translation.ngettext,
        newstyle=True,
        pgettext=translation.pgettext,
        npgettext=translation.npgettext,
    )
    env.filters.update(jinja_filters())
    env.globals.update(
        static=static,
        url=url,
        now=timezone.localtime,
        get_language=translation.get_language,
        get_messages=get_messages,
    )
    return env
