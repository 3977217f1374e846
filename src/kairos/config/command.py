"""The program `kairos`: our own commands, and Django's behind them."""

import os
import sys

from kairos.config.env import WrongSettings, read_settings


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

    execute_from_command_line(["kairos", *arguments])
    return 0


if __name__ == "__main__":
    sys.exit(main())
