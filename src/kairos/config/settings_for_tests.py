"""Settings of a test run: a home directory of its own, cheap passwords, no disk to wait for.

Of the caller's KAIROS_* variables only those count that choose what is tested.
"""

import atexit
import os
import shutil
import tempfile

_home = tempfile.mkdtemp(prefix="kairos-test-")
atexit.register(shutil.rmtree, _home, ignore_errors=True)
_kept = {"KAIROS_DATABASE_URL", "KAIROS_REDIS_URL", "KAIROS_WITHOUT", "KAIROS_APPS"}
for _name in [name for name in os.environ if name.startswith("KAIROS_") and name not in _kept]:
    del os.environ[_name]
os.environ["KAIROS_HOME"] = _home

from kairos.config.settings import *  # noqa: E402, F403
from kairos.config.settings import ALLOWED_HOSTS, DATABASES  # noqa: E402

ALLOWED_HOSTS.append("testserver")
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
CHANNEL_LAYERS = {"default": {"BACKEND": "kairos.config.live_layer.EmbeddedChannelLayer"}}
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend", "QUEUES": []}}
WHITENOISE_AUTOREFRESH = True

_options = DATABASES["default"]["OPTIONS"]
if "init_command" in _options:
    # A file, as in earnest: threads of one test must not share a connection. It dies with the run, so
    # nothing waits for the disk.
    DATABASES["default"]["TEST"] = {"NAME": f"{_home}/test.sqlite3"}
    _options["init_command"] = _options["init_command"].replace("synchronous=FULL", "synchronous=OFF")
else:
    _options.pop("pool")
