"""Speed of the inspection beside its parts and peers; the measuring itself is in `parts/inspection_speed.py`.

Python's own module is called `inspect` too, and scripts of this folder would import this file in its place: so it
hands out the genuine one. `python bench/inspect.py --help`.
"""

from __future__ import annotations

import importlib.machinery
import importlib.util
import sys

HERE = __file__.rpartition("/")[0] or "."


def genuine_load() -> None:
    """Put Python's own `inspect` where importers look for it."""
    elsewhere = [place for place in sys.path if place.rstrip("/") not in (HERE, "", ".", "bench")]
    found = importlib.machinery.PathFinder.find_spec("inspect", elsewhere)
    if found is None or found.loader is None:
        raise ImportError("Python's own module inspect is not on the path")
    module = importlib.util.module_from_spec(found)
    sys.modules["inspect"] = module
    found.loader.exec_module(module)


if "inspect" not in sys.modules or sys.modules["inspect"].__file__ == __file__:
    genuine_load()

if __name__ == "__main__":
    sys.path[:0] = [HERE, f"{HERE}/parts"]
    from inspection_speed import main

    sys.exit(main(as_json="--json" in sys.argv))
