"""What others wrote is shown as text: the one place where text is made fit for a medium.

HTML has its own: every value of a template is escaped by Jinja2, see `seatrial.report.html`.
"""

from __future__ import annotations

import re

_CONTROL = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb"
    r"\ud800-\udfff\ufffe\uffff\U000e0000-\U000e007f]"
)
"""What steers a terminal or the order of letters, or is not to be seen, or is no character; not tab and newline."""

_NAMED = {"\r": "\\r", "\x1b": "\\x1b"}
_MARKS = str.maketrans({c: f"&#{ord(c)};" for c in "\\`*_[]|~#$"} | {"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_LINKS = re.compile(r"(?i)(?<=[a-z0-9])(:)(?=//)|(?<=\bwww)(\.)|(?<=\bmailto)(:)")
_LEADING = re.compile(r"^(\s*)([-+=:]|\d+(?=[.)]))")
_MENTION = re.compile(r"@(?=\w)")
_COMMAND = re.compile(r"(?m)^([^\S\n]*):(?=:[A-Za-z])|#(?=#(?:\[|vso\[|teamcity\[))")
"""What the runners of GitHub, Azure and TeamCity take for a command when they read it on a console."""
_TICKS = re.compile(r"`+")


def visible(text: str) -> str:
    r"""Return *text* with every control character and every mark that turns text around written out.

    ESC becomes ``\x1b``, a mark that reverses what follows ``\u202e``. Tabs and newlines stay.
    """
    return _CONTROL.sub(_written_out, text)


def terminal(text: str) -> str:
    r"""Return *text* for a console: nothing in it moves the cursor, sets a colour or a title, or hides what follows.

    Nor does it tell a runner of CI anything: a line ``::add-mask::e`` is ``\x3a:add-mask::e``.
    """
    return _COMMAND.sub(_named_out, visible(text))


def one_line(text: str) -> str:
    """Return *text* for one line of a console."""
    return terminal(text).replace("\n", "\\n").replace("\t", " ")


def xml(text: str) -> str:
    """Return *text* for a value of an XML document, without the characters that XML forbids; its writer quotes."""
    return visible(text)


def markdown(text: str) -> str:
    """Return *text* for one line of Markdown, or of HTML within it: no mark, no link, nobody is called by ``@``.

    Marks are written as numbers, since a backslash is shown as it is within HTML.
    """
    plain = " ".join(visible(text).split("\n")).translate(_MARKS)
    plain = _LINKS.sub(lambda found: f"&#{ord(found[0])};", plain)
    plain = _LEADING.sub(lambda found: f"{found[1]}&#{ord(found[2][0])};{found[2][1:]}", plain)
    return _MENTION.sub("@&#8203;", plain)


def code(text: str) -> str:
    """Return *text* as a span of code in Markdown."""
    plain = " ".join(visible(text).split()) or " "
    ticks = fence(plain, "`")
    pad = " " if plain[0] == "`" or plain[-1] == "`" else ""
    return f"{ticks}{pad}{plain}{pad}{ticks}"


def fence(text: str, shortest: str = "```") -> str:
    """Return the backticks between which *text* can stand, longer than any run of them in it."""
    longest = max((len(run) for run in _TICKS.findall(text)), default=0)
    return "`" * max(len(shortest), longest + 1)


def _named_out(found: re.Match[str]) -> str:
    return f"{found[1]}\\x3a" if found[1] is not None else "\\x23"


def _written_out(found: re.Match[str]) -> str:
    number = ord(found[0])
    if known := _NAMED.get(found[0]):
        return known
    return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"  # noqa: PLR2004
