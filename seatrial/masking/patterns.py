"""What is a secret by its shape alone: private keys, tokens of known makers, the account in a URL."""

from __future__ import annotations

import re

from seatrial.masking.names import HIDDEN

_TOKEN = 16
_SHAPES = (
    (
        re.compile(
            r"-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----.*?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|\Z)", re.DOTALL
        ),
        HIDDEN,
    ),
    (re.compile(r"LS0tLS1CRUdJTi[A-Za-z0-9+/=_-]{20,}+"), HIDDEN),  # the same in base64, and certificates with it
    (re.compile(r"(?<![A-Za-z0-9])(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])"), HIDDEN),
    (re.compile(r"(?<![\w-])eyJ[A-Za-z0-9_-]{8,}+\.[A-Za-z0-9_-]{8,}+\.[A-Za-z0-9_-]*+"), HIDDEN),
    (re.compile(r"(?<![\w-])(?:gh[pousr]_|github_pat_|glpat-|xox[abposr]-|sk_live_)[\w-]{10,}+"), HIDDEN),
    (re.compile(r"(?i)\b(bearer|basic)\s{1,8}[A-Za-z0-9._~+/=-]{16,}+"), rf"\1 {HIDDEN}"),
    (re.compile(r"(?i)(X-Amz-(?:Signature|Credential|Security-Token)=)[^&\s\"']++"), rf"\1{HIDDEN}"),
)
_URL = re.compile(r"(:(?://|\\/\\/|%2F%2F))([^\s\"'<>\\]++)", re.IGNORECASE)
_PORT = re.compile(r":\d{0,5}(?:[/?#]|$)")


def hide(text: str) -> str:
    """Return *text* without them."""
    for pattern, instead in _SHAPES:
        text = pattern.sub(instead, text)
    return _URL.sub(_hide_account, text)


def _hide_account(found: re.Match[str]) -> str:
    """Return the beginning of a URL without who asks: a name with a password, or what is long enough for a token."""
    rest = found[2]
    first = re.split(r"[/?#]", rest, maxsplit=1)[0]
    if "@" in first:
        account, _, host = first.rpartition("@")
        if not (":" in account or "%3A" in account.upper() or len(account) >= _TOKEN):
            return found[0]
        return f"{found[1]}{HIDDEN}@{host}{rest[len(first) :]}"
    if ":" in first and "@" in rest and not _PORT.search(rest[first.index(":") : len(first) + 1]):
        return f"{found[1]}{HIDDEN}@{rest.rpartition('@')[2]}"  # a password with a slash in it
    return found[0]
