"""Reaching servers: attempts that are made again, addresses that may be listened at."""
