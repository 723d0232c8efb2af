Feature: How the shop runs
  What every team of ours promises of whatever it runs.

  Example: Everything is ready
    Then every deployment is ready in the namespace "shop"

  Example: Nothing runs as root
    Then no container runs as root in the namespace "shop"

  Example: Somebody serves
    Then the service "page" has at least 2 ready endpoints in the namespace "shop"

  Example: The API answers
    Then the cluster's API answers within 5 seconds
