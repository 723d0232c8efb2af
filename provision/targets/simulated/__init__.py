"""What targets share whose cloud is simulated by moto."""
