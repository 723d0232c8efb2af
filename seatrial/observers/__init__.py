"""The observers: instruments that only read. Each reports its own fidelity."""
