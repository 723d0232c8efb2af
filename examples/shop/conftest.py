"""The words of our own, beside the ready ones: `seatrial words` names them all."""

from __future__ import annotations

from pytest_bdd import parsers, then
from shop import Shop

from seatrial import eventually, instrument, rows

shop = instrument("shop")


@then(parsers.parse('the shop sells "{ware}" for {price:d} coins'))
def _(shop: Shop, ware: str, price: int) -> None:
    """A customer is shown this ware, at this price."""
    eventually(shop.wares, rows("wares", {ware: {"price": price}}, exactly=False), within=30)


@then(parsers.parse('the shop sells "{wares}", and nothing else'))
def _(shop: Shop, wares: str) -> None:
    """A customer is shown all of these wares, with commas between, and no other."""
    eventually(shop.wares, rows("wares", {ware.strip(): {} for ware in wares.split(",")}), within=30)
