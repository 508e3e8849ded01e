"""`python -m relight` is `relight`."""

from relight.cli.main import main

main()
