Feature: Connections between pods
  A pod that was broken into looks for others.

  Rule: A pod is reached by those whose work needs it

    Example: A stranger to the database
      Then a pod that has no business there cannot connect to "mongodb" in "backing"
