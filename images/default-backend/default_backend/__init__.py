"""Answers whatever no route asks for."""
