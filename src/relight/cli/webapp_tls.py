"""What each web process behind TLS loads: the same application, its cookies for TLS only.

The certificate says which host names are answered: any other one is refused.
"""

from __future__ import annotations

import ipaddress
import os
import warnings
from contextlib import suppress

import django
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler

from relight.cli.children import end_with_parent, start_settle, threads_ready
from relight.cli.logs import logs_setup

HSTS_S = 365 * 24 * 3600


def host_word(name: str) -> str:
    """Write a name of a certificate as a Host header has it: an IPv6 address in brackets."""
    with suppress(ValueError):
        if ipaddress.ip_address(name).version == 6:
            return f"[{name}]"
    return name


end_with_parent()
threads_ready()
logs_setup(part="web-tls")
warnings.filterwarnings("ignore", "No directory at")  # styles are served from the apps, not collected
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "relight.config.settings")
django.setup()

from relight.journal.api import server_certificate_find  # noqa: E402 - Django must be set up first

_certificate = server_certificate_find()
settings.ALLOWED_HOSTS = [host_word(name) for name in _certificate.names] if _certificate else []
settings.SESSION_COOKIE_SECURE = True
settings.CSRF_COOKIE_SECURE = True
settings.LANGUAGE_COOKIE_SECURE = True
settings.SECURE_HSTS_SECONDS = HSTS_S
application = WSGIHandler()
start_settle()
