"""The program `kairos`: our own commands, and Django's behind them."""

import os
import sys

from kairos.config.env import WrongSettings, read_settings

# Commands that somebody may well give before the first `serve`.
NEED_A_DATABASE = {"import", "link"}


def prepare() -> None:
    """Make the home directory and bring the database to the present shape; silent where that is done."""
    import django
    from django.conf import settings

    django.setup()
    from kairos.config.home import make_home
    from kairos.config.preparation import migrate, one_at_a_time

    make_home(settings.HOME)
    with one_at_a_time():
        migrate(say=lambda sentence: print(sentence, file=sys.stderr))


def main(arguments: list[str] | None = None) -> int:
    """Run one command; wrong settings end it with exit code 2 and a sentence for each fault."""
    arguments = sys.argv[1:] if arguments is None else arguments
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kairos.config.settings")
    try:
        read_settings(os.environ)
    except WrongSettings as wrong:
        for fault in wrong.faults:
            print(fault, file=sys.stderr)
        return 2
    from django.core.management import execute_from_command_line

    if arguments and arguments[0] in NEED_A_DATABASE and not {"-h", "--help"} & set(arguments):
        prepare()
    execute_from_command_line(["kairos", *arguments])
    return 0


if __name__ == "__main__":
    sys.exit(main())
