"""axe-core on a page: what it finds against WCAG 2.2 AA and good practice, in short lines.

Owns the rules that count. Refuses exceptions: a page that needs one is a page to mend.
"""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe


def violations(page: Any) -> list[str]:
    """Run axe on what the page shows now. Returns: one line a finding; empty when there is none."""
    return _lines(page, {"resultTypes": ["violations"]})


def violations_light_and_dark(page: Any) -> list[str]:
    """Run axe on a page in light, then what colours change in dark. Returns: one line a finding."""
    page.emulate_media(color_scheme="light")
    found = violations(page)
    page.emulate_media(color_scheme="dark")
    only_colours = {"resultTypes": ["violations"], "runOnly": {"type": "rule", "values": ["color-contrast"]}}
    return found + [f"dark: {line}" for line in _lines(page, only_colours)]


def _lines(page: Any, options: dict[str, Any]) -> list[str]:
    found = Axe().run(page, options=options).response["violations"]
    return [
        f"{finding['id']} ({finding['impact']}): {node['target']} {node.get('failureSummary', '')[:300]}"
        for finding in found
        for node in finding["nodes"][:3]
    ]


def is_reachable_by_keyboard(page: Any, selector: str, *, presses: int = 60) -> bool:
    """Say whether Tab, from the start of the page, comes to an element, with its focus visible."""
    page.evaluate("document.activeElement && document.activeElement.blur()")
    for _ in range(presses):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            width = page.evaluate("parseFloat(getComputedStyle(document.activeElement).outlineWidth)")
            return bool(width >= 2)
    return False
