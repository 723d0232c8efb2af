"""The page for people: a form and the newest entries, with nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from microservice.entries import LONGEST, Entry

POLICY = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
"""The page's Content-Security-Policy."""

_STYLE = """
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 42rem; margin: 2rem auto; padding: 0 1rem; }
form { display: flex; gap: .5rem; margin: 1.5rem 0; }
input { flex: 1; min-width: 0; font: inherit; padding: .5rem .75rem; border: 1px solid #8888; border-radius: .4rem; }
button { font: inherit; padding: .5rem 1rem; border: 0; border-radius: .4rem; background: #1f5fbf; color: #fff; }
ul { list-style: none; padding: 0; }
li { display: flex; gap: 1rem; justify-content: space-between; padding: .6rem 0; border-top: 1px solid #8884; }
li span { overflow-wrap: anywhere; }
time, footer { color: #767676; font-size: .85rem; white-space: nowrap; }
footer { margin-top: 2rem; white-space: normal; }
.notice { padding: .6rem .9rem; border-left: 4px solid #b3261e; background: #b3261e18; }
"""


def page(instance: Mapping[str, str], entries: Sequence[Entry], notice: str = "", text: str = "") -> str:
    """Write the page.

    Args:
        instance: Which instance answers.
        entries: What is shown.
        notice: What went wrong, for the visitor.
        text: What the visitor had typed, when it could not be stored.
    """
    name = escape(instance["service"])
    told = f'<p class="notice" role="alert">{escape(notice)}</p>' if notice else ""
    items = "".join(_item(one) for one in entries)
    listed = f"<ul>{items}</ul>" if items else "" if notice else "<p>No entries yet. Add the first one.</p>"
    answered = escape(f"{instance['service']} {instance['version']}, answered by {instance['pod']}")
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{name}</title>
<style>{_STYLE}</style>
</head>
<body>
<h1>{name}</h1>
{told}
<form method="post" action="/">
<input name="text" aria-label="New entry" placeholder="What should be remembered?" maxlength="{LONGEST}"
 value="{escape(text)}" required autofocus>
<button>Add</button>
</form>
<main>{listed}</main>
<footer>{answered}</footer>
</body>
</html>
"""


def _item(entry: Entry) -> str:
    day = escape(entry.created[:16].replace("T", " "))
    return f'<li><span>{escape(entry.text)}</span><time datetime="{escape(entry.created)}">{day}</time></li>'
