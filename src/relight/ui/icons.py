"""Icons and state symbols as inline SVG: no file to fetch, they take the colour of the text, they print.

Owns the drawings. 24 units a side for icons, 16 for state symbols.
"""

from __future__ import annotations

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from relight.ui.types import Tone

ICONS: dict[str, str] = {
    "situation": '<path d="M4 19V10M10 19V5M16 19v-7M22 19H2"/>',
    "line": '<circle cx="5" cy="12" r="2.5"/><circle cx="19" cy="12" r="2.5"/><path d="M7.5 12h9M13.5 9l3 3-3 3"/>',
    "dependencies": '<rect x="9" y="3" width="6" height="5" rx="1"/><rect x="3" y="16" width="6" height="5" rx="1"/>'
    '<rect x="15" y="16" width="6" height="5" rx="1"/><path d="M12 8v4M6 16v-4h12v4"/>',
    "zone": '<path d="M12 3l8 3v6c0 4.5-3.4 7.7-8 9-4.6-1.3-8-4.5-8-9V6z"/><path d="M8.5 12l2.5 2.5 4.5-5"/>',
    "wards": '<path d="M3 18V7M3 15h18v3M21 15v-2a3 3 0 0 0-3-3h-7v5"/><circle cx="7" cy="11.5" r="1.8"/>',
    "laboratory": '<path d="M9 3h6M10 3v6l-5 9a2 2 0 0 0 1.8 3h10.4a2 2 0 0 0 1.8-3l-5-9V3M7.5 15h9"/>',
    "activity": '<rect x="4" y="5" width="16" height="16" rx="2"/><path d="M8 3v4M16 3v4M4 10h16M9 15l2 2 4-4"/>',
    "gps": '<circle cx="12" cy="7" r="3.5"/><path d="M5 21v-2a5 5 0 0 1 5-5h4a5 5 0 0 1 5 5v2M12 16v4M10 18h4"/>',
    "restart": '<path d="M4 6h10M4 12h14M4 18h7"/><circle cx="18" cy="6" r="2"/><path d="M15 18l2 2 4-4"/>',
    "journal": '<path d="M6 3h11a2 2 0 0 1 2 2v14a2 2 0 0 1-2 2H6zM6 3v18M10 8h5M10 12h5"/>',
    "people": '<circle cx="9" cy="8" r="3.5"/><path d="M2.5 20v-1.5a5 5 0 0 1 5-5h3a5 5 0 0 1 5 5V20'
    'M16 4.8a3.5 3.5 0 0 1 0 6.4M18 14a5 5 0 0 1 3.5 4.5V20"/>',
    "imports": '<path d="M12 3v11M8 10l4 4 4-4M4 17v3h16v-3"/>',
    "machine": '<rect x="3" y="4" width="18" height="12" rx="2"/><path d="M9 20h6M12 16v4"/>',
    "server": '<rect x="4" y="3" width="16" height="7" rx="1.5"/><rect x="4" y="14" width="16" height="7" rx="1.5"/>'
    '<path d="M8 6.5h.01M8 17.5h.01M12 6.5h4M12 17.5h4"/>',
    "search": '<circle cx="11" cy="11" r="6.5"/><path d="M16 16l5 5"/>',
    "menu": '<path d="M4 7h16M4 12h16M4 17h16"/>',
    "user": '<circle cx="12" cy="8" r="4"/><path d="M4.5 21v-1a6 6 0 0 1 6-6h3a6 6 0 0 1 6 6v1"/>',
    "language": '<circle cx="12" cy="12" r="9"/><path d="M3 12h18M12 3c3 3 3 15 0 18M12 3c-3 3-3 15 0 18"/>',
    "theme": '<circle cx="12" cy="12" r="8.5"/><path d="M12 3.5v17a8.5 8.5 0 0 0 0-17z" fill="currentColor"/>',
    "keys": '<rect x="2.5" y="6" width="19" height="12" rx="2"/><path d="M6.5 10h.01M10 10h.01M14 10h.01M17.5 10h.01'
    'M8 14h8"/>',
    "check": '<path d="M4.5 12.5l5 5 10-11"/>',
    "warning": '<path d="M12 4l9 16H3zM12 10v5M12 17.5v.01"/>',
    "error": '<circle cx="12" cy="12" r="9"/><path d="M12 7v6M12 16.5v.01"/>',
    "info": '<circle cx="12" cy="12" r="9"/><path d="M12 11v6M12 7.5v.01"/>',
    "help": '<circle cx="12" cy="12" r="9"/><path d="M9.3 9.4a2.8 2.8 0 1 1 3.9 2.6c-.8.4-1.2.9-1.2 1.9M12 17v.01"/>',
    "down": '<path d="M6 9l6 6 6-6"/>',
    "right": '<path d="M9 6l6 6-6 6"/>',
    "left": '<path d="M15 6l-6 6 6 6"/>',
    "plus": '<path d="M12 5v14M5 12h14"/>',
    "columns": '<rect x="3.5" y="4" width="17" height="16" rx="2"/><path d="M9.5 4v16M15 4v16"/>',
    "filter": '<path d="M3 5h18l-7 8.5V20l-4-2v-4.5z"/>',
    "download": '<path d="M12 3v12M7.5 11l4.5 4.5 4.5-4.5M4 20h16"/>',
    "print": '<path d="M7 8V3h10v5M7 17H4v-7a2 2 0 0 1 2-2h12a2 2 0 0 1 2 2v7h-3M7 14h10v7H7z"/>',
    "edit": '<path d="M4 20l1-4L16.5 4.5a2 2 0 0 1 3 3L8 19z"/>',
    "lock": '<rect x="5" y="11" width="14" height="10" rx="2"/><path d="M8 11V8a4 4 0 0 1 8 0v3"/>',
    "clock": '<circle cx="12" cy="12" r="9"/><path d="M12 7v5l3.5 2"/>',
    "scan": '<path d="M4 8V5a1 1 0 0 1 1-1h3M16 4h3a1 1 0 0 1 1 1v3M20 16v3a1 1 0 0 1-1 1h-3M8 20H5a1 1 0 0 1-1-1v-3'
    'M8 8v8M11 8v8M14 8v8M16.5 8v8"/>',
    "signature": '<path d="M3 17c3-1 4-10 7-10s-2 11 1 11 3-5 5-5 1 3 5 2M3 21h18"/>',
    "file": '<path d="M6 3h8l5 5v13H6zM14 3v5h5"/>',
    "out": '<path d="M10 4H5v16h5M14 8l4 4-4 4M18 12H9"/>',
    "sites": '<path d="M4 21V8l7-4v17M11 21h9V11l-9-3M2 21h20M7.5 10v.01M7.5 14v.01M15.5 13v.01M15.5 17v.01"/>',
    "dot": '<circle cx="12" cy="12" r="4"/>',
}

SYMBOLS: dict[Tone, str] = {
    Tone.UP: '<circle cx="8" cy="8" r="6.5" fill="currentColor" stroke="none"/>',
    Tone.DEGRADED: '<circle cx="8" cy="8" r="5.7"/>'
    '<path d="M8 2.3a5.7 5.7 0 0 0 0 11.4z" fill="currentColor" stroke="none"/>',
    Tone.DOWN: '<circle cx="8" cy="8" r="5.7"/><path d="M4.8 8h6.4"/>',
    Tone.QUARANTINED: '<circle cx="8" cy="8" r="5.7"/><path d="M5.6 5.6l4.8 4.8M10.4 5.6l-4.8 4.8"/>',
    Tone.UNKNOWN: '<circle cx="8" cy="8" r="5.7" stroke-dasharray="1.8 1.8"/>',
}


def icon_svg(name: str) -> SafeString:
    """Draw an icon; an unheard-of name draws the dot. It is decoration: the word stands beside it."""
    return format_html(
        '<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{}</svg>',
        mark_safe(ICONS.get(name, ICONS["dot"])),  # noqa: S308 - our own constants
    )


def symbol_svg(tone: Tone) -> SafeString:
    """Draw the symbol of a state, without its word."""
    return format_html(
        '<svg class="symbol" viewBox="0 0 16 16" aria-hidden="true" focusable="false">{}</svg>',
        mark_safe(SYMBOLS[tone]),  # noqa: S308 - our own constants
    )
