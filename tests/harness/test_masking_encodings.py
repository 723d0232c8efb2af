"""Secrets are found in every encoding, beside every name; the specification's words stay."""

from __future__ import annotations

import base64
import gzip
import html
import json
import re
from typing import Any
from urllib.parse import quote, quote_plus

import pytest

from seatrial.masking import HIDDEN, Mask

KNOWN = "p&<l>a'n\"t/e+d=\\\n ü secret"
"""Every letter that some encoding writes otherwise."""


def _go(value: str) -> str:
    """JSON as Go writes it."""
    return json.dumps(value)[1:-1].replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def _twice(value: str) -> str:
    return json.dumps({"annotation": json.dumps({"config": value})})


def _wrapped(text: str, end: str) -> str:
    return end.join(text[n : n + 16] for n in range(0, len(text), 16))


ENCODED: dict[str, Any] = {
    "as it is": str,
    "JSON": json.dumps,
    "JSON with letters": lambda v: json.dumps(v, ensure_ascii=False),
    "JSON of Go": _go,
    "JSON of Go in capitals": lambda v: re.sub(r"(?<=\\u)....", lambda found: found[0].upper(), _go(v)),
    "JSON in JSON": _twice,
    "JSON in JSON in JSON": lambda v: json.dumps(_twice(v)),
    "JSON of Go in JSON": lambda v: json.dumps(_go(v)),
    "URL": lambda v: quote(v, safe=""),
    "URL with slashes": quote,
    "form": quote_plus,
    "URL in small letters": lambda v: re.sub("%[0-9A-F]{2}", lambda found: found[0].lower(), quote(v, safe="")),
    "HTML": html.escape,
    "HTML in numbers": lambda v: html.escape(v).replace("&quot;", "&#34;").replace("&#x27;", "&#39;"),
    "base64": lambda v: base64.b64encode(v.encode()).decode(),
    "base64 for URLs": lambda v: base64.urlsafe_b64encode(v.encode()).decode(),
    "base64 after a name": lambda v: base64.b64encode(f"user:{v}".encode()).decode(),
    "base64 within a text": lambda v: base64.b64encode(f"some {v} and more".encode()).decode(),
    "base64 within another": lambda v: base64.b64encode(f"other {v} and more".encode()).decode(),
    "base64 of base64": lambda v: base64.b64encode(base64.b64encode(v.encode())).decode(),
    "base64 in lines": lambda v: _wrapped(base64.b64encode(v.encode()).decode(), "\n"),
    "base64 in lines of JSON": lambda v: _wrapped(base64.b64encode(v.encode()).decode(), "\\n"),
    "base64 in indented lines": lambda v: _wrapped(base64.b64encode(v.encode()).decode(), "\r\n    "),
    "base64 of what is packed": lambda v: base64.b64encode(gzip.compress(v.encode())).decode(),
    "base64 of two bytes a letter": lambda v: base64.b64encode(v.encode("utf-16-le")).decode(),
    "base32": lambda v: base64.b32encode(v.encode()).decode(),
    "base32 in small letters": lambda v: base64.b32encode(v.encode()).decode().rstrip("=").lower(),
    "bytes of Go": lambda v: f"[{' '.join(map(str, v.encode()))}]",
    "bytes of JSON": lambda v: json.dumps(list(v.encode())),
    "bytes of C": lambda v: ", ".join(f"0x{one:02x}" for one in v.encode()),
    "a dump of words": lambda v: re.sub("(....)(?=.)", r"\1 ", v.encode().hex()),
    "every letter for a URL": lambda v: "".join(f"%{one:02x}" for one in v.encode()),
    "every letter for HTML": lambda v: "".join(f"&#{one};" for one in v.encode()),
    "every letter of a shell": lambda v: "".join(f"\\x{one:02x}" for one in v.encode()),
    "every letter of JSON": lambda v: "".join(f"\\u{one:04x}" for one in v.encode()),
    "hexadecimal": lambda v: v.encode().hex(),
    "hexadecimal in capitals": lambda v: v.encode().hex().upper(),
    "hexadecimal with colons": lambda v: v.encode().hex(":"),
    "Python": repr,
}


@pytest.mark.parametrize("encoding", ENCODED)
@pytest.mark.parametrize("around", ["{}", "before {} after", "a log says x={}&y=1", '{{"m": "{}"}}'])
def test_known_values(encoding: str, around: str) -> None:
    """A known value is hidden in every encoding, whatever stands around it."""
    mask = Mask()
    mask.learn([KNOWN])
    text = around.format(ENCODED[encoding](KNOWN))
    hidden = mask.text(text)
    assert HIDDEN in hidden
    assert len(hidden) <= len(text) - len(KNOWN) + 12
    for part in ("lant", "secret", "706c", "706C", "%3Cl", "%3cl", "115 101 99", "73, 65", "73 65"):
        assert part not in hidden.replace("a log says", "")


def test_a_known_value_that_is_cut_off() -> None:
    """The beginning of a value, where a line was shortened, is hidden; a word that begins like it is not."""
    mask = Mask()
    mask.learn(["kubernetes-admin-0123456789"])
    assert f"x {HIDDEN}… y" == mask.text("x kubernetes-admin-012… y")
    assert f"x {HIDDEN}" == mask.text("x kubernetes-admin-0123")
    assert "kubernetes.io/name, kubernetes-sig" == mask.text("kubernetes.io/name, kubernetes-sig")


def test_short_known_values() -> None:
    """A short value is hidden where it stands alone and no word looks like it, and beside a name in any case."""
    mask = Mask()
    mask.learn(["hunter2", "kind", "8080", "a&b1"])
    told = f"login with {HIDDEN} failed on kind:8080, hunter22, {HIDDEN}, {HIDDEN}"
    assert told == mask.text("login with hunter2 failed on kind:8080, hunter22, a&b1, a\\u0026b1")
    assert f"password: {HIDDEN}" == mask.text("password: kind")
    for encoded in (b"hunter2".hex(), b"a&b1".hex(":"), base64.b64encode(b"it is hunter2 today").decode()):
        assert HIDDEN in mask.text(f"a log says {encoded}")
    assert "6b696e64, a2luZA==" == mask.text("6b696e64, a2luZA==")


NAMED = [
    "DB_PASSWORD=x1",
    "DB_PASSWORD=planted,with;commas",
    "--token planted",
    "--api-token=planted",
    "--db.password 'planted words'",
    'password: "planted \\"quoted\\" words"',
    '{\\"db\\":{\\"password\\":\\"planted \\\\\\"x\\\\\\" words\\"}}',
    json.dumps(json.dumps(json.dumps({"password": "planted 'x' \"y\" words"}))),
    "&quot;password&quot;:&quot;planted words&quot;",
    "password%3Dplanted",
    "password=123456",
    "clientKey2: planted",
    "example.com/api-token: planted",
    "MYSQL_PASS=planted",
    "Set-Cookie: planted=1; Path=/",
    "Authorization: AWS4-HMAC-SHA256 Credential=planted/x, SignedHeaders=host, Signature=planted",
    "Proxy-Authorization: Basic cGxhbnRlZA==",
    "postgres://u:planted@db/x",
    "postgres://u:pla/planted@db/x",
    "redis://:planted@db:6379/0",
    "https://plantedplantedplanted@example.com/x",
    "amqp:\\/\\/u:planted@db",
    "password: |\n  planted\n  planted\nuser: x",
    "ghp_plantedplantedplanted",
]


@pytest.mark.parametrize("text", NAMED)
def test_what_is_named_like_a_secret(text: str) -> None:
    """Whatever a name says is secret is hidden, whatever its length."""
    hidden = Mask().text(f"before\n{text}\nafter 7")
    assert HIDDEN in hidden
    for part in ("planted", "x1", "123456", "words", "cGxh"):
        assert part not in hidden
    assert hidden.startswith("before\n")
    assert hidden.endswith("\nafter 7")


@pytest.mark.parametrize(
    "text",
    [
        "credentials:\n  user: x",
        "git clone ssh://git@example.com/x",
        "see http://host:8080/a@b and http://host/a@b",
        "std::token::kind",
        "the token is gone; secrets are words, a password too",
        'the Secret "mongodb" has 3 keys',
        "secretKeyRef: {name: mongodb, key: root}",
        "--token-file /etc/x --tls-private-key-file /etc/y --client-key /etc/z",
        "compass: north, bypass=1",
        "password: ***, token: null",
    ],
)
def test_what_is_none(text: str) -> None:
    """Ordinary text stays as it is."""
    assert text == Mask().text(text)


@pytest.mark.parametrize(
    ("found", "hidden"),
    [
        ([{"name": "DB_PASSWORD", "value": "p1"}], [{"name": "DB_PASSWORD", "value": HIDDEN}]),
        ([{"Key": "token", "Value": "p1"}], [{"Key": "token", "Value": HIDDEN}]),
        ({"args": ["run", "--token", "p1", "--x"]}, {"args": ["run", "--token", HIDDEN, "--x"]}),
        ({"args": ["--token=p1", "--client-key", "/x"]}, {"args": [f"--token={HIDDEN}", "--client-key", "/x"]}),
        ({"Authorization": ["Bearer p1"]}, {"Authorization": [HIDDEN]}),
        ({"password": 123456, "secret": True}, {"password": HIDDEN, "secret": True}),
        ({"annotations": {"example.com/token": "p1"}}, {"annotations": {"example.com/token": HIDDEN}}),
        ({"name": "token", "valueFrom": {"key": "x"}}, {"name": "token", "valueFrom": {"key": "x"}}),
    ],
)
def test_data(found: Any, hidden: Any) -> None:
    """In data a name may stand before its value, beside it, or in the item before."""
    assert hidden == Mask().data(found)


def test_a_secret_in_an_annotation() -> None:
    """A Secret that was applied stands whole in an annotation of itself: that is looked into."""
    applied = json.dumps({"kind": "Secret", "metadata": {"name": "x"}, "data": {"user": "cGxhbnRlZA=="}})
    found = Mask().data({"metadata": {"annotations": {"last-applied": applied}}})
    assert "cGxh" not in json.dumps(found)
    assert '"name": "x"' in found["metadata"]["annotations"]["last-applied"]


def test_the_words_of_the_specification() -> None:
    """A sentence of the specification is not changed, nor is its value beside a name; any other value is hidden."""
    mask = Mask()
    mask.learn(["foreign-1"])
    mask.spare(['a request with token=expired, or "foreign-1"'], ["unsigned"])
    text = 'Then a request with token=expired, or "foreign-1" is refused'
    assert text == mask.text(text)
    assert "token: expired token=unsigned" == mask.text("token: expired token=unsigned")
    assert f"token: {HIDDEN} {HIDDEN}" == mask.text("token: other foreign-1")


def test_a_secret_that_is_json() -> None:
    """What a known value of JSON is made of is known too, as the credentials of a registry; its names stay."""
    mask = Mask()
    mask.learn(
        [
            '{"auths": {"registry.example.com": {"auth": "c29tZWJvZHk6cw==", "keys": ["s3cret-of-a-list"]}}}\n',
            "[" * 9000,
        ]
    )
    told = "auths of registry.example.com: c29tZWJvZHk6cw== and s3cret-of-a-list"
    assert f"auths of registry.example.com: {HIDDEN} and {HIDDEN}" == mask.text(told)
