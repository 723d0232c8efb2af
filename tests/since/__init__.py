"""What ``--since`` chooses."""
