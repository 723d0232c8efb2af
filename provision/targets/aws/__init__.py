"""The target ``aws``: the platform on its own cloud, and its rehearsal against one that is played here."""
