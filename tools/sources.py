"""What the checks of this folder share: the tree, its apps, which modules must be pure.

Owns nothing but names. Source: ARCHITECTURE.md, "Floors".
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "relight"
PURE_LAYERS = frozenset({"types", "errors", "rules", "drivers"})
PURE_APPS = frozenset({"kernel", "wire"})
DOORED_APPS = frozenset(
    {"journal", "people", "hospital", "fleet", "record", "cleanzone", "lab", "activity", "liaison", "pmo"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """One Python file. Args: app: its folder of `relight`, empty for a file beside them."""

    path: Path
    app: str
    layer: str

    @property
    def is_pure(self) -> bool:
        return self.app in PURE_APPS or self.layer in PURE_LAYERS

    @property
    def shown(self) -> str:
        return str(self.path.relative_to(ROOT))

    def tree(self) -> ast.Module:
        return ast.parse(self.path.read_text(encoding="utf-8"), filename=str(self.path))


def module_at(path: Path) -> Module:
    """Describe one file of the package: `fleet/rules/identity.py` is app fleet, layer rules."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return Module(
        path=path,
        app=parts[0] if len(parts) > 1 else "",
        layer=parts[1] if len(parts) > 1 else parts[0],
    )


def module_list() -> Iterator[Module]:
    """Yield every Python file of the package but migrations."""
    for path in sorted(PACKAGE.rglob("*.py")):
        if "migrations" not in path.parts:
            yield module_at(path)
