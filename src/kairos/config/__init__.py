"""How the program is put together: settings, addresses, server, commands, and the list of apps."""

from kairos.config.sqlite import use_safe_sqlite

use_safe_sqlite()
