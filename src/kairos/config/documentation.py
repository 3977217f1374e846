"""The reference page of the settings, so that it cannot say anything else than the program does."""

from kairos.config.env import SETTINGS, Setting

HEAD = """\
# Settings

Kairos is set up by environment variables and nothing else. All are optional. A wrong value, or a name that
begins with `KAIROS_` and is not listed here, is refused at the start with a sentence for each fault.
`bin/kairos doctor` checks that what they name answers. This page is written by `bin/kairos settings_table`.

| Variable | Default | Meaning |
|---|---|---|
"""


def settings_page() -> str:
    """Write docs/reference/settings.md from the declared settings."""
    return HEAD + "".join(_row(setting) for setting in SETTINGS)


def _row(setting: Setting) -> str:
    default = setting.shown_default or (f"`{setting.default}`" if setting.default else "none")
    return f"| `{setting.variable}` | {default} | {setting.help} |\n"
