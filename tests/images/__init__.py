"""Tests of the images: what they are made of, the registry, and the programs that are our own."""
