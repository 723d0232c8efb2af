"""What other systems take of this repository: an action, a hook, a component, each held to its maker's schema."""
