"""An app is entered by its `api` only: no module imports another app's inside.

An app may have a second door for what needs no database (`PLAIN_DOORS`): it imports no Django. What an
app runs as a process of its own (`shell`) is entered by whoever starts processes, the command line.

Owns the check. `config` wires everything and may see urls, tasks and middleware; `ui`, `paper` and
`kernel` are libraries without a door. Source: ARCHITECTURE.md, "Floors".
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator

from sources import DOORED_APPS, PACKAGE, Module, module_list

WIRING = frozenset({"config"})
PLAIN_DOORS = frozenset(
    {"relight.activity.plain", "relight.lab.decode", "relight.lab.plain", "relight.pmo.plain", "relight.record.plain"}
)


def imports_of(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield line and the full dotted names imported."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            for alias in node.names:
                yield node.lineno, f"{node.module}.{alias.name}"


def faults_in(module: Module) -> Iterator[str]:
    """Yield one sentence for each import that goes round a door."""
    if module.app in WIRING:
        return
    for line, name in imports_of(module.tree()):
        parts = name.split(".")
        if parts[0] != "relight" or len(parts) < 2:
            continue
        app = parts[1]
        if app == module.app or app not in DOORED_APPS or not (PACKAGE / app).is_dir():
            continue
        if module.app == "cli" and parts[2:3] == ["shell"]:
            continue
        if (len(parts) < 3 or parts[2] != "api") and ".".join(parts[:3]) not in PLAIN_DOORS:
            yield f"{module.shown}:{line}: {name} goes round the door; import it from relight.{app}.api"


def main() -> int:
    faults = [fault for module in module_list() for fault in faults_in(module)]
    print("\n".join(faults) if faults else "doors: every app is entered by its api")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
