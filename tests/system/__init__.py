"""The whole project at work: commands killed, two platforms at once, bad input."""
