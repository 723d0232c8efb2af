"""What the ready words look at, as rows: one for each object, by its namespace and name."""
