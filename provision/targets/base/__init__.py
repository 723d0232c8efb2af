"""What every target has, whatever its machines and its cloud are."""
