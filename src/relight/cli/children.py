"""The processes `relight up` starts: what each runs, and that none outlives its parent.

Owns the bodies of `relight web` and `relight worker`, which only the supervisor calls. Refuses to
go on without a parent: a supervisor that was killed leaves nothing behind that holds the port or
writes.
"""

from __future__ import annotations

import ctypes
import gc
import os
import signal
import sys
import threading
import time
from importlib import import_module
from pathlib import Path
from types import FrameType
from typing import Any

PARENT_POLL_S = 0.3
STOP_WEB_S = 2
THREADS_A_PROCESS = 8  # who waits for the disk gathers with the others: eight readings, one commit
SWITCH_S = 0.0005
MOST_PROCESSES = 4
_PR_SET_PDEATHSIG = 1


def end_with_parent() -> None:
    """End this process as soon as its parent has ended, however that was.

    The kernel does it at once on Linux; a thread that looks at the parent's number does it elsewhere,
    and where the parent ended before the kernel was asked.
    """
    parent = os.getppid()
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    threading.Thread(target=_watch, args=(parent,), name="parent-watch", daemon=True).start()


def threads_ready() -> None:
    """Let a thread that was woken go on soon: of many that wait for the disk, one that computes would hold all others
    for five milliseconds each time. Of 16 writers at once the slowest waits a fifth less (bench/fhir.py)."""
    sys.setswitchinterval(SWITCH_S)


def start_settle() -> None:
    """Load every address and its view before the first request, and set all that is loaded apart from what is
    collected: it never becomes garbage, and looking through it at each full collection cost a chart a tenth."""
    from django.conf import settings  # noqa: PLC0415 - set up by now

    import_module(settings.ROOT_URLCONF)
    gc.collect()
    gc.freeze()


def _watch(parent: int) -> None:
    while os.getppid() == parent and parent != 1:
        time.sleep(PARENT_POLL_S)
    os._exit(1)


def processes_wanted(cores: int) -> int:
    """Return how many web processes to run: one a core, few, for SQLite has one writer at a time."""
    return max(1, min(MOST_PROCESSES, cores))


def web_run(*, host: str, port: int, tls: tuple[Path, Path] | None = None) -> None:
    """Serve the pages until SIGTERM. A web process that dies is started again by the server itself.

    Args: tls: certificate and key; with them nothing but TLS 1.2 and later is spoken.
    """
    from granian import Granian  # noqa: PLC0415 - only this process needs it
    from granian.constants import Interfaces, SSLProtocols  # noqa: PLC0415
    from granian.log import LogLevels  # noqa: PLC0415

    end_with_parent()
    Granian(
        "relight.cli.webapp_tls:application" if tls else "relight.cli.webapp:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=processes_wanted(os.cpu_count() or 1),
        blocking_threads=THREADS_A_PROCESS,
        websockets=False,
        respawn_failed_workers=True,
        respawn_interval=0.2,
        workers_kill_timeout=STOP_WEB_S,
        ssl_cert=tls[0] if tls else None,
        ssl_key=tls[1] if tls else None,
        ssl_key_password=(os.environ.get("RELIGHT_KEY_PASSPHRASE") or None) if tls else None,
        ssl_protocol_min=SSLProtocols.tls12,
        log_level=LogLevels.warning,
        log_dictconfig={
            "handlers": {
                "console": {"formatter": "generic", "class": "logging.StreamHandler", "stream": "ext://sys.stderr"},
                "access": {"class": "logging.NullHandler"},
            }
        },
    ).serve()


def worker_run(*, subscriptions: str, routines: str) -> None:
    """Run subscribers and routines until SIGTERM. Args: both: dotted names of the lists of them."""
    from relight.journal.api import worker_run as events_run  # noqa: PLC0415 - Django must be set up first

    end_with_parent()
    stop = threading.Event()

    def ask(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, ask)
    signal.signal(signal.SIGINT, ask)
    events_run(_named(subscriptions), routines=_named(routines), stop=stop)


def _named(path: str) -> Any:
    module, _, name = path.rpartition(".")
    return getattr(import_module(module), name)
