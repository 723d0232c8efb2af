"""The documentation as a site; `make docs` builds it, with every link within it checked."""

project = "Seatrial"
extensions = ["myst_parser"]
html_theme = "furo"
html_title = "Seatrial"
html_show_sourcelink = html_copy_source = False
myst_heading_anchors = 3
smartquotes = False  # an option has two dashes
exclude_patterns = ["site"]
suppress_warnings = ["misc.highlighting_failure"]  # Gherkin with the ellipses of prose
