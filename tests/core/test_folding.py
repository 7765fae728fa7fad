"""Two spellings of one name are one key; two names are not."""

from __future__ import annotations

import pytest

from truebooks_xl.core.folding import fold


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Shipment-Fees", "Shipment Fees"),
        ("DigitalServicesFee", "Digital Services Fee"),
        ("WAREHOUSE_DAMAGE", "Warehouse damage"),
        (" Principal ", "principal"),
        ("Ｐrincipal", "Principal"),  # full width, as in Japan
        ("Straße", "STRASSE"),
    ],
)
def test_spellings_of_one_name_fold_to_one_key(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_different_names_stay_different() -> None:
    names = ["Principal", "Tax", "ShippingTax", "Shipping", "Base fee", "Tax on fee", ""]
    assert len({fold(name) for name in names}) == len(names)
