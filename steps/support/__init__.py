"""How the words look at the platform: observations turned into rows, each a name with its fields."""
