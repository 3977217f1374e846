"""Django's settings, made from the KAIROS_* variables that `env.py` declares."""

import os
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from kairos.config import databases, logs, outgoing
from kairos.config.env import read_settings
from kairos.config.home import secret_key
from kairos.config.installed import installed_apps, kairos_apps

_given = read_settings(os.environ)
_source = Path(__file__).resolve().parents[1]
_url = urlsplit(_given["URL"])

HOME: Path = _given["HOME"]
DEBUG: bool = _given["DEBUG"]
SECRET_KEY: str = _given["SECRET_KEY"] or secret_key(HOME)
WORKERS: int = _given["WORKERS"]
THREADS: int = _given["THREADS"]
DEFAULT_CURRENCY: str = _given["CURRENCY"]

# Addresses and transport
PUBLIC_URL: str = _given["URL"]
ALLOWED_HOSTS = [_url.hostname or "", *_given["HOSTS"], "localhost", "127.0.0.1", "[::1]"]
PROXIES: int = _given["PROXIES"]
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
_https = _url.scheme == "https"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _https and PROXIES else None
# Encryption ends at a proxy, which says by a header how it was asked; only then can we tell, and send people over.
SECURE_SSL_REDIRECT = _https and PROXIES > 0
SECURE_SSL_HOST = _url.netloc
SECURE_REDIRECT_EXEMPT = [r"^live$", r"^ready$"]
SECURE_HSTS_SECONDS = 31_536_000 if _https else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
DATA_UPLOAD_MAX_NUMBER_FILES = 20
LARGEST_REQUEST = 100 * 2**20
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700

# The program
INSTALLED_APPS = installed_apps(_given["WITHOUT"], _given["APPS"])
OUTSIDE_APPS: tuple[str, ...] = _given["APPS"]
ROOT_URLCONF = "kairos.config.urls"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "kairos.config.security.SecurityHeadersMiddleware",
    "kairos.config.security.LargestRequestMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "kairos.config.security.NoStoreMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    # Our own: each sees who is signed in.
    "kairos.accounts.middleware.PreferencesMiddleware",
]

_context = [
    "django.template.context_processors.request",
    "django.contrib.auth.context_processors.auth",
    "django.contrib.messages.context_processors.messages",
]
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [
            *(_source / app / "templates" for app in kairos_apps(_given["WITHOUT"])),
            *(
                Path(spec.origin).parent / "templates"
                for app in OUTSIDE_APPS
                if (spec := find_spec(app)) and spec.origin
            ),
        ],
        "OPTIONS": {
            "environment": "kairos.config.jinja.environment",
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
            ],
            "auto_reload": DEBUG,
        },
    },
    {
        # Only for the pages and messages of libraries for which we have no template of our own.
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": _context},
    },
]

# Data
DATABASES = {"default": databases.settings_for(_given["DATABASE_URL"], home=HOME, threads=THREADS)}
REDIS_URL: str = _given["REDIS_URL"]
CACHES: dict[str, Any] = databases.caches(REDIS_URL)
CHANNEL_LAYERS: dict[str, Any] = databases.channel_layers(REDIS_URL)
TASKS: dict[str, Any] = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}
MEDIA_ROOT = HOME / "files"

# Static files: built ones carry a hash in their name, so a browser may keep them for ever.
STATIC_URL = "/static/"
STATICFILES_DIRS = [_source / "static"] if (_source / "static").is_dir() else []
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "kairos.config.assets.BuiltAssets"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_IMMUTABLE_FILE_TEST = r"^.+\.[0-9a-f]{12}\.\w+$"

# Sign-in
AUTH_USER_MODEL = "accounts.User"
# E-mail addresses are unique by a constraint over lower(email), which the check cannot see.
SILENCED_SYSTEM_CHECKS = ["auth.W004"]
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "kairos.accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
# allauth's own would record an unverified address, which then stands in the way of a second factor.
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_SESSION_REMEMBER = True
ALLAUTH_TRUSTED_PROXY_COUNT = PROXIES
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Kairos"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not _https

# With https no other host of the same domain can set these cookies.
_cookie = "__Host-kairos_" if _https else "kairos_"
SESSION_COOKIE_NAME = f"{_cookie}session"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = _https
CSRF_COOKIE_NAME = f"{_cookie}csrf"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SECURE = _https
LANGUAGE_COOKIE_NAME = "kairos_language"
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SECURE = _https
SIGNED_COOKIE_LEGACY_SALT_FALLBACK = False
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# Language and time
LANGUAGE_CODE = _given["LANGUAGE"].lower()
LANGUAGES = [("en", _("English")), ("zh-hant", _("Chinese (Traditional)"))]
LOCALE_PATHS = [_source / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = _given["TIME_ZONE"]

# Mail and the log
globals().update(
    outgoing.settings_for(_given["MAIL_URL"], home=HOME, has_screen="kairos.mail" in INSTALLED_APPS)
)
DEFAULT_FROM_EMAIL = SERVER_EMAIL = _given["MAIL_FROM"]
KAIROS_MAIL_REPLY = _given["MAIL_REPLY"]
KAIROS_PUSH_HOSTS = _given["PUSH_HOSTS"]
KAIROS_CALENDAR_HOSTS = _given["CALENDAR_HOSTS"]
LOGGING = logs.settings_for(_given["LOG_LEVEL"])
