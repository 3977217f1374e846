"""Settings come from KAIROS_* environment variables and nowhere else.

One table declares every variable: its name, its default, how its text is read, and the sentence that
documents it. A wrong value and an unknown name are refused, all faults at once.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from kairos.config import parsers
from kairos.config.installed import OPTIONAL

PREFIX = "KAIROS_"


class WrongSettings(Exception):
    """Some KAIROS_* variables cannot be used; `faults` holds one sentence for each."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


@dataclass(frozen=True, kw_only=True)
class Setting:
    """One variable: its name without the prefix, the text it has when unset, its reader, and its sentence."""

    name: str
    default: str
    read: Callable[[str], Any]
    help: str
    shown_default: str = ""

    @property
    def variable(self) -> str:
        return PREFIX + self.name


SETTINGS = (
    Setting(
        name="HOME",
        default="",
        read=parsers.home,
        help="Directory of the program's own files: database, secrets, uploads. Made at the first start.",
        shown_default="`var` in the checkout",
    ),
    Setting(
        name="DATABASE_URL",
        default="",
        read=parsers.database,
        help="`sqlite:///relative/path`, `sqlite:////absolute/path` or `postgresql://user:password@host:5432/name`.",
        shown_default="`kairos.sqlite3` in the home directory",
    ),
    Setting(
        name="REDIS_URL",
        default="",
        read=parsers.redis,
        help="`redis://host:6379/0`: live updates and rate limits shared by several workers. "
        "Without it they stay in one process.",
    ),
    Setting(
        name="SECRET_KEY",
        default="",
        read=parsers.secret,
        help="Signs sessions and links; at least 32 characters. Several machines must share one.",
        shown_default="made on the first start, kept in `secrets` in the home directory",
    ),
    Setting(
        name="URL",
        default="http://localhost:8000",
        read=parsers.address,
        help="Public address, as written in links and mail. `https://` turns on secure cookies and HSTS.",
    ),
    Setting(
        name="HOSTS",
        default="",
        read=parsers.hosts,
        help="Further host names that the server answers to, with commas between. "
        "`.example.com` covers subdomains.",
        shown_default="the host of the address, and the machine itself",
    ),
    Setting(
        name="PROXIES",
        default="0",
        read=parsers.whole_number(0, 9),
        help="How many trusted proxies stand in front. With 0 the forwarding headers are ignored.",
    ),
    Setting(
        name="MAIL_URL",
        default="",
        read=parsers.mail,
        help="`smtp://user:password@host:587?tls` (`?tls` for STARTTLS, `smtps://` for TLS from the start), "
        "`console:`, or `file:` for one file per message in the home directory.",
        shown_default="what is chosen under Settings, Outbox; until then `file:`",
    ),
    Setting(
        name="MAIL_FROM",
        default="Kairos <kairos@localhost>",
        read=parsers.mail_address,
        help="Sender of the program's own mail, where it is not chosen under Settings, Outbox.",
    ),
    Setting(
        name="MAIL_REPLY",
        default="",
        read=parsers.optional_mail_address,
        help="Mailbox that customers answer to, such as `reply@example.com`. It must take `reply+anything@` too; "
        "each record has an address of its own there.",
        shown_default="answers go to the sender's address",
    ),
    Setting(
        name="PUSH_HOSTS",
        default="",
        read=parsers.services,
        help="Push services of browsers inside your own network, as `host` or `host:port` with commas between. "
        "All others must be on the open internet.",
    ),
    Setting(
        name="CALENDAR_HOSTS",
        default="",
        read=parsers.services,
        help="Calendar servers inside your own network, as `host` or `host:port` with commas between. "
        "People connect to these and to servers on the open internet; administrators to any.",
    ),
    Setting(
        name="TIME_ZONE",
        default="UTC",
        read=parsers.time_zone,
        help="Time zone of people who have not chosen one, such as `Asia/Taipei`.",
    ),
    Setting(
        name="LANGUAGE",
        default="en",
        read=parsers.one_of("en", "zh-Hant"),
        help="Language where neither the person nor the browser says: `en` or `zh-Hant`.",
    ),
    Setting(
        name="CURRENCY",
        default="USD",
        read=parsers.currency,
        help="Currency of the organisation, as three letters such as `TWD`. Counts when the database is new.",
    ),
    Setting(
        name="WORKERS",
        default="1",
        read=parsers.whole_number(1, 64),
        help="Server processes. More than one needs PostgreSQL and Redis.",
    ),
    Setting(
        name="THREADS",
        default="8",
        read=parsers.whole_number(1, 64),
        help="Requests that one server process answers at the same time.",
    ),
    Setting(
        name="WITHOUT",
        default="",
        read=parsers.optional_apps,
        help=f"Optional apps to leave out, with commas between: {', '.join(OPTIONAL)}.",
        shown_default="none",
    ),
    Setting(
        name="APPS",
        default="",
        read=parsers.outside_apps,
        help="Apps from outside the house, as Python packages with commas between: see `docs/how-to/add-an-app.md`.",
        shown_default="none",
    ),
    Setting(
        name="LOG_LEVEL",
        default="info",
        read=parsers.one_of("debug", "info", "warning", "error"),
        help="The least serious lines to write to standard error: `debug`, `info`, `warning` or `error`.",
    ),
    Setting(
        name="DEBUG",
        default="no",
        read=parsers.yes_or_no,
        help="Shows faults in the browser and the living style page. For development only.",
    ),
)


def read_settings(environ: Mapping[str, str]) -> dict[str, Any]:
    """Read every setting from `environ`, by name without prefix; raise WrongSettings with all faults."""
    faults = [_unknown(variable) for variable in sorted(environ) if _is_unknown(variable)]
    values: dict[str, Any] = {}
    for setting in SETTINGS:
        text = environ.get(setting.variable, "").strip() or setting.default
        try:
            values[setting.name] = setting.read(text)
        except ValueError as fault:
            faults.append(f"{setting.variable}: {fault}")
    if faults:
        raise WrongSettings(faults)
    return values


def _is_unknown(variable: str) -> bool:
    return variable.startswith(PREFIX) and variable not in {setting.variable for setting in SETTINGS}


def _unknown(variable: str) -> str:
    near = get_close_matches(variable, [setting.variable for setting in SETTINGS], n=1)
    hint = f" Did you mean {near[0]}?" if near else ""
    return f"{variable}: there is no such setting.{hint}"
