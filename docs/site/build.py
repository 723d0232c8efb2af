"""Builds the documentation as a site: ``python docs/site/build.py [FOLDER]``; nothing is loaded from elsewhere.

The pages are those of ``docs``, with what the reference says generated from the code. A link that leads nowhere, or a
page that none leads to, ends it with a message.
"""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
from pathlib import Path

import reference

HERE = Path(__file__).parent
DOCS, ROOT = HERE.parent, HERE.parents[1]
_OUTSIDE = re.compile(r"\[([^\]]+)\]\((?:\.\./)+([^)#]+)(?:#[^)]*)?\)")
"""A link to a file of the repository that is no page."""
_FOLDER = re.compile(r"\]\(([a-z]+/)\)")


def build(into: Path) -> int:
    """Build the site into a folder; return Sphinx's exit code."""
    from sphinx.cmd.build import main  # noqa: PLC0415 - the reference is generated without it

    with tempfile.TemporaryDirectory(prefix="seatrial-") as folder:
        pages = Path(folder) / "docs"
        shutil.copytree(DOCS, pages, ignore=shutil.ignore_patterns("site"))
        for page in pages.rglob("*.md"):
            text = _FOLDER.sub(r"](\1index.md)", page.read_text("utf-8"))
            page.write_text(_OUTSIDE.sub(_named, text), "utf-8")
        titles = sorted(page.stem for page in (pages / "decisions").glob("*.md"))
        (pages / "decisions" / "index.md").write_text(reference.contents("Decisions", titles), "utf-8")
        (pages / "reference").mkdir()
        for name, text in reference.pages(ROOT).items():
            (pages / "reference" / f"{name}.md").write_text(text, "utf-8")
        options = ["-q", "-W", "--keep-going", "-b", "html", "-c", str(HERE), "-d", f"{folder}/doctrees"]
        return main([*options, str(pages), str(into)])


def _named(found: re.Match[str]) -> str:
    """Name a file of the repository, where its own name does not say it."""
    text, path = found.groups()
    return f"{text}" if text.strip("`") == path else f"{text} (`{path}` in the repository)"


if __name__ == "__main__":
    target = Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "build" / "site")
    code = build(target)
    print(target / "index.html" if code == 0 else "the documentation has faults")
    sys.exit(code)
