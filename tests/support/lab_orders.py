"""An order as somebody types it: what the laboratory's tests of orders, results and calls start from."""

from __future__ import annotations

from datetime import date
from typing import Any

from relight.kernel.act import Act
from relight.lab.rules.orders import NewOrder, PatientId, Priority, Wanted

SODIUM, POTASSIUM, CREATININE, HAEMOGLOBIN = "2951-2", "2823-3", "2160-0", "718-7"


def new_order(*tests: str, **fields: Any) -> NewOrder:
    """An order for Jeanne Noël of the emergency department at Arlon; fields as keywords."""
    given: dict[str, Any] = {
        "family": "Noël",
        "given": "Jeanne",
        "birth_date": date(1951, 3, 9),
        "sex": "F",
        "patient_ids": (PatientId(system="record", value="A-104233"),),
        "site": "arlon",
        "ward": "Urgences",
        "priority": Priority.ROUTINE,
        **fields,
    }
    wanted = tuple(Wanted(loinc=loinc) for loinc in tests or (SODIUM, POTASSIUM))
    return NewOrder(tests=wanted, **given)


def order_typed(act: Act, *tests: str, **fields: Any) -> Any:
    """Make the order. Returns: its view."""
    from relight.lab.selectors.orders import order_get
    from relight.lab.services.orders import order_make

    return order_get(order_make(act=act, order=new_order(*tests, **fields)).id)
