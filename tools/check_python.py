"""Before anything is installed: is this Python new enough, and can it make a virtual environment?

Owns the two messages. Runs on any Python 3, so it uses nothing newer than 3.6.
"""

import sys

OLDEST = (3, 11)
TOO_OLD = """Relight needs Python 3.11 or newer; this one is {0}.{1} ({2}).
Install a newer one, then say which: make PYTHON=python3.11 ..."""
NO_VENV = """This Python ({0}) cannot make a virtual environment.
Install the package python3-venv (Debian: apt-get install python3-venv), then again."""


def main():  # type: () -> int
    """Return 0 when set-up can go on, else 1 after saying what to install."""
    if sys.version_info < OLDEST:
        print(TOO_OLD.format(sys.version_info[0], sys.version_info[1], sys.executable))
        return 1
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        print(NO_VENV.format(sys.executable))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
