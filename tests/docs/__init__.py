"""What the documents show is so."""
