"""The Jinja2 environment of every page."""

from functools import lru_cache
from typing import Any

from django.contrib.messages import get_messages
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone, translation
from jinja2 import Environment, pass_eval_context
from markupsafe import Markup

from kairos.core.fields.format import jinja_filters


@lru_cache(maxsize=4096)
def url(name: str, *args: Any, **kwargs: Any) -> str:
    """Give the address of a named view. Every page asks for many of the same."""
    return reverse(name, args=args or None, kwargs=kwargs or None)


@pass_eval_context
def gettext(context: Any, message: str, **variables: Any) -> str:
    """As Jinja's own, but a page that says hundreds of words looks each up once a language, not each time."""
    key = (message, translation.get_language(), context.autoescape)
    return _words(*key) % variables if variables else _plain(*key)


@lru_cache(maxsize=8192)
def _plain(message: str, language: str | None, is_escaped: bool) -> str:
    return _words(message, language, is_escaped) % {}


@lru_cache(maxsize=8192)
def _words(message: str, language: str | None, is_escaped: bool) -> str:
    """In the active language, which `language` names."""
    words = translation.gettext(message)
    return Markup(words) if is_escaped else words  # noqa: S704  Jinja's own trusts translations alike.


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
        gettext=gettext,
        _=gettext,
        static=static,
        url=url,
        now=timezone.localtime,
        get_language=translation.get_language,
        get_messages=get_messages,
    )
    return env
