"""Faults get over a connection that a lost server had held."""

from __future__ import annotations

import httpx2
import pytest
from lightkube import ApiError
from lightkube.models.meta_v1 import Status

from seatrial.faults import kube
from seatrial.faults.kube import sent

LOST = httpx2.ReadTimeout("timed out")
CONFLICT, FORBIDDEN = (ApiError(status=Status(code=code, message=f"{code}")) for code in (409, 403))


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kube, "_PAUSE", 0.0)


class Api:
    """Answers one change after another."""

    def __init__(self, *answers: Exception | None) -> None:
        self.answers = list(answers)

    def __call__(self) -> None:
        """Answer."""
        if (answer := self.answers.pop(0)) is not None:
            raise answer


@pytest.mark.parametrize("answers", [(None,), (LOST, None), (LOST, LOST, None), (LOST, CONFLICT)])
def test_sent(answers: tuple[Exception | None, ...]) -> None:
    """A change is sent until it has arrived; that it is there already, after a loss, says that it had."""
    api = Api(*answers)
    sent(api, arrived=409)
    assert [] == api.answers


@pytest.mark.parametrize("answers", [(LOST, LOST, LOST), (CONFLICT,), (LOST, FORBIDDEN)])
def test_not_sent(answers: tuple[Exception, ...]) -> None:
    """A refusal is told, and so is a loss that lasts."""
    with pytest.raises(type(answers[-1])):
        sent(Api(*answers), arrived=409)
