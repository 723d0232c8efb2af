"""``--since REV``: of a project that has changed, the scenarios that the change may concern; and why not the others."""
