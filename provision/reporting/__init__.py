"""The platform as reports show it: its picture, and what helps to find out what is wrong with it."""
