"""Time and chance are arguments: no pure module asks the clock, the system or a generator.

Owns the check of calls, which import rules cannot see. Refuses nothing else: types such as
`datetime` may be named. Source: CONVENTIONS, 7.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator

from sources import module_list

# attribute name -> what must stand before it, or nothing when the name alone gives it away
CLOCKS_AND_CHANCE: dict[str, frozenset[str]] = {
    "now": frozenset(),
    "utcnow": frozenset(),
    "today": frozenset(),
    "urandom": frozenset(),
    "getrandom": frozenset(),
    "uuid1": frozenset(),
    "uuid4": frozenset(),
    "token_bytes": frozenset(),
    "token_hex": frozenset(),
    "token_urlsafe": frozenset(),
    "time": frozenset({"time"}),
    "time_ns": frozenset({"time"}),
    "monotonic": frozenset({"time"}),
    "perf_counter": frozenset({"time"}),
    "sleep": frozenset({"time"}),
    "getenv": frozenset({"os"}),
    "open": frozenset({"io", "os"}),
}
BARE = frozenset({"open", "input", "print", "urandom", "uuid1", "uuid4", "time", "monotonic", "utcnow"})
MODULES = frozenset({"random", "secrets", "time", "socket", "subprocess"})


def faults_in(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield line and what is called or imported that a pure module may not."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = forbidden_call(node.func)
            if name:
                yield node.lineno, f"calls {name}"
        elif isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.split(".")[0] in MODULES:
                    yield node.lineno, f"imports {alias.name}"
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in MODULES:
            yield node.lineno, f"imports {node.module}"


def forbidden_call(function: ast.expr) -> str:
    """Return the call as written when a pure module may not make it, else nothing."""
    if isinstance(function, ast.Name):
        return f"{function.id}()" if function.id in BARE else ""
    if not isinstance(function, ast.Attribute) or function.attr not in CLOCKS_AND_CHANCE:
        return ""
    before = CLOCKS_AND_CHANCE[function.attr]
    owner = ast.unparse(function.value)
    if before and owner not in before:
        return ""
    return f"{owner}.{function.attr}()"


def main() -> int:
    faults = [
        f"{module.shown}:{line}: a pure module {what}; take it as an argument"
        for module in module_list()
        if module.is_pure
        for line, what in faults_in(module.tree())
    ]
    print("\n".join(faults) if faults else "pure modules: no clock, no chance, no files")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
