"""Secrets are found where lines, names and numbers hide them, and in no longer time for what somebody makes up."""

from __future__ import annotations

import time

import pytest

from seatrial.masking import HIDDEN, Mask


@pytest.mark.parametrize("broken", ["\n", "\n  ", "\\\n", "=\n", "\\n"])
def test_a_known_value_that_is_broken(broken: str) -> None:
    """A value that goes on in the next line is hidden there as well, and what stands around it is not."""
    mask = Mask()
    mask.learn(["kubernetes-admin-0123456789"])
    assert f"one\ntwo {HIDDEN} three\nfour" == mask.text(f"one\ntwo kubern{broken}etes-admin-0123456789 three\nfour")


def test_names_and_numbers_in_data() -> None:
    """What is known is hidden where it is the name of a field, or a number, as well."""
    mask = Mask()
    mask.learn(["kubernetes-admin-0123456789", "4815162342"])
    found = {"kubernetes-admin-0123456789": 4815162342, "a": [{"x kubernetes-admin-0123456789": 1}], "n": 48151}
    assert {HIDDEN: HIDDEN, "a": [{f"x {HIDDEN}": 1}], "n": 48151} == mask.data(found)


def test_many_values_that_begin_alike() -> None:
    """What somebody makes up to be compared often is not: of values, of short ones, and of a text."""
    mask = Mask()
    mask.learn(["\n".join(f"aaaaaaaaaaaaaaa{number:05}" for number in range(3000)), "a" * 300_000 + "b"])
    mask.learn([f"a{number:04}" for number in range(3000)])
    began = time.process_time()
    mask.text("aaaaaaaaaaaaaaa " * 5000)
    mask.text("a" * 300_000)
    mask.text("a-" * 50_000)
    assert time.process_time() - began < 5  # it took minutes


ADVERSARIAL = {
    "letters": "a",
    "names with dots": "a.",
    "names with dashes": "token-",
    "names": "token",
    "quotes": 'password="',
    "other quotes": "password='\\\"",
    "open quotes": "password=\\\\\\'",
    "nested JSON": '{\\"token\\":',
    "backslashes": "\\",
    "named backslashes": "token=\\",
    "schemes": "a://b:",
    "accounts": "a:b@",
    "tokens": "eyJaaaaaaaa-",
    "keys": "-----BEGIN PRIVATE KEY-----",
    "spaces": "--token ",
    "commas": "token=,",
    "blocks": "token: |\n",
    "brackets": "token=]",
    "beginnings": "correct-horse-batter",
    "options": "--",
    "entities": "token&quot;:&quot;",
    "numbers": "97, ",
    "large numbers": "9",
    "escapes": "\\\\x61",
    "escaped escapes": "%25",
    "bytes": "61 ",
    "ends of lines": "correct\\n",
    "continued lines": "\\\\\n",
    "what may be packed": "H4sIAAAAAAAA/",
}


@pytest.mark.parametrize("name", ADVERSARIAL)
def test_time_is_linear(name: str) -> None:
    """Text that is made to be slow takes no more than text of its length takes: 60 KB once took two minutes."""
    mask = Mask()
    mask.learn(["correct-horse-battery", "a" * 1000, "a" * 999 + "b"])
    mask.spare(["a request with token=expired"])

    def seconds(length: int) -> float:
        text = (ADVERSARIAL[name] * length)[:length]
        taken = []
        for _ in range(2):
            began = time.process_time()
            mask.text(text)
            taken.append(time.process_time() - began)
        return min(taken)

    assert 2.0 > seconds(60_000)
    assert max(20 * seconds(10_000), 0.5) > seconds(100_000)
