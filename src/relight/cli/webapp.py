"""What each web process loads: Django's application, in a process that ends with its parent."""

from __future__ import annotations

import os
import warnings

from django.core.wsgi import get_wsgi_application

from relight.cli.children import end_with_parent, start_settle, threads_ready
from relight.cli.logs import logs_setup

end_with_parent()
threads_ready()
logs_setup(part="web")
warnings.filterwarnings("ignore", "No directory at")  # styles are served from the apps, not collected
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "relight.config.settings")
application = get_wsgi_application()
start_settle()
