"""Documents of a few hundred bytes that stand for gigabytes, or for themselves."""

from __future__ import annotations


def laughs(levels: int = 9, width: int = 9) -> str:
    """Lists of lists of lists: a billion laughs."""
    first = "a0: &a0 [" + ", ".join(["lol"] * width) + "]"
    rest = (f"a{n}: &a{n} [" + ", ".join([f"*a{n - 1}"] * width) + "]" for n in range(1, levels + 1))
    return "\n".join([first, *rest]) + "\n"


YAML = {
    "a billion laughs": laughs(),
    "laughs in mappings": "a0: &a0 {x: lol}\n"
    + "".join(f"a{n}: &a{n} {{{', '.join(f'k{m}: *a{n - 1}' for m in range(9))}}}\n" for n in range(1, 10)),
    "laughs in merges": "a0: &a0 {x: lol}\n"
    + "".join(f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 9)}]}}\n" for n in range(1, 10)),
    "letters": f"a: &a {'x' * 100_000}\nb: [{', '.join(['*a'] * 1000)}]\n",
    "itself": "a: &a [*a]\n",
    "itself in a mapping": "a: &a {b: {c: *a}}\n",
    "deep lists": "[" * 5000 + "]" * 5000,
    "deep mappings": "".join(f"{' ' * n}a:\n" for n in range(200)),
    "deep in flow": "{a: " * 5000 + "1" + "}" * 5000,
    "large": "a: " + "x" * (5 << 20),
}
