"""What a customer sees of the shop: an observer of this project's own."""

from __future__ import annotations

from collections.abc import Callable

import httpx2

from seatrial import Fidelity, Observer, reading

_SECONDS = 5.0  # for one answer


class Shop(Observer):
    """Asks the shop by HTTP, as a customer does.

    Args:
        address: Says where it is, as of when it is asked: the cluster may not be there before.
    """

    def __init__(self, address: Callable[[], str]) -> None:
        super().__init__("shop", Fidelity.REAL)
        self._address = address

    @reading
    def wares(self) -> dict[str, dict[str, int]]:
        """Return the price of each ware, by its name.

        Raises:
            httpx2.HTTPError: If there is no answer, or none that says so.
        """
        answer = httpx2.get(f"{self._address()}/wares", timeout=_SECONDS, trust_env=False)
        answer.raise_for_status()
        return {str(name): {"price": int(price)} for name, price in answer.json().items()}
