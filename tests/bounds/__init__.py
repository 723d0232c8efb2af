"""Hostile input: bombs, files from elsewhere, programs that do not end."""
