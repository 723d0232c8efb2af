"""What a platform costs: it adds up by hand, what has no price is named, and the table says where it is from."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest

from provision.estate import prices
from provision.estate.costs import bill
from provision.spec import PlatformSpec
from seatrial.errors import UsageError

TODAY = dt.date(2025, 3, 2)  # thirty days after that of the table


def test_it_adds_up(spec: PlatformSpec) -> None:
    """Three t2.medium, three t2.large, their volumes, addresses, zone and checks, reckoned by hand."""
    found = bill(spec, prices.read(prices.FILE), prices.FILE, TODAY)

    machines = 3 * Decimal("0.05") + 3 * Decimal("0.1008")
    gib = 3 * (64 + 2 * 20) + 3 * 128 + 3 * 20
    monthly = gib * Decimal("0.088") + Decimal("0.023") + Decimal("0.50") + 3 * Decimal("2.75")
    addresses = 6 * Decimal("0.005")
    assert 756 == gib
    assert Decimal("0.4524") == machines
    assert Decimal("75.301") == monthly
    assert abs(machines + addresses + monthly / 730 - found.hourly) < Decimal("1e-20")
    assert "427.45" == f"{found.hourly * 730:.2f}"
    assert [] == found.unpriced
    assert (730, "USD") == (found.month, found.currency)
    assert any("2025-01-31 (30 days old)" in note and "check them" in note for note in found.notes)


@pytest.mark.parametrize(
    ("changes", "unpriced"),
    [
        ({"nodes": {"type": "x9.huge"}}, ["3 machines x9.huge in eu-west-1"]),
        ({"mongodb": {"volume": {"type": "io2", "size": 20}}}, ["60 GiB of io2 in eu-west-1"]),
    ],
)
def test_what_has_no_price(spec: PlatformSpec, changes: dict[str, dict[str, object]], unpriced: list[str]) -> None:
    """A type that the table lacks is named, and no price is made up for it; what is left is still added up."""
    document = spec.model_dump()
    for part, fields in changes.items():
        document[part] |= fields
    found = bill(PlatformSpec.model_validate(document), prices.read(prices.FILE), prices.FILE, TODAY)
    assert unpriced == found.unpriced
    assert found.hourly > 0


def test_a_region_without_prices(spec: PlatformSpec) -> None:
    """All that lies in the region is named; what is in none has its price."""
    elsewhere = spec.model_copy(update={"region": "eu-north-1"})
    found = bill(elsewhere, prices.read(prices.FILE), prices.FILE, TODAY)
    assert all("eu-north-1" in what for what in found.unpriced)
    assert 5 == len(found.unpriced)
    assert abs(Decimal("8.75") / 730 - found.hourly) < Decimal("1e-20")


def test_the_users_own_file(spec: PlatformSpec, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A table of her own is taken where she names one."""
    own = tmp_path / "own.yaml"
    own.write_text(prices.FILE.read_text("utf-8").replace("t2.medium: 0.05", "t2.medium: 1"))
    monkeypatch.setenv(prices.PRICES, str(own))
    assert own == prices.chosen()
    assert Decimal(3) == bill(spec, prices.read(prices.chosen()), own, TODAY).lines[0].hourly


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("t2.medium: -1", r"own.yaml: regions.eu-west-1.machines.t2.medium: .*greater than or equal to 0"),
        ("t2.medium: .nan", r"own.yaml: regions.eu-west-1.machines.t2.medium: "),
        ("t2.medium: cheap", r"own.yaml: regions.eu-west-1.machines.t2.medium: "),
        ("t2.medium: {}}", r"own.yaml: not YAML"),
    ],
)
def test_a_file_that_is_none(tmp_path: Path, text: str, said: str) -> None:
    """A table that is none is one message, which names the file and the field."""
    own = tmp_path / "own.yaml"
    own.write_text(prices.FILE.read_text("utf-8").replace("t2.medium: 0.05", text))
    with pytest.raises(UsageError, match=said):
        prices.read(own)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    """So is one that nobody can read."""
    with pytest.raises(UsageError, match=r"cannot be read: No such file.*SEATRIAL_PRICES"):
        prices.read(tmp_path / "none.yaml")
