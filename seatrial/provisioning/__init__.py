"""What the harness asks of a project's provisioning, and what it keeps of the platforms that were made."""
