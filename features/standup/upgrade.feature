Feature: Upgrading Kubernetes
  The version of Kubernetes is agreed like everything else, and is raised step by step. Machines are replaced one at a
  time, so that our teams deploy as on any other day.

  Rule: A version is neither skipped nor lowered

    Example: A minor version is skipped
      When Kubernetes is to be raised by two minor versions
      Then the upgrade is refused, as "no minor version is skipped"
      And nothing was changed

    Example: A version is lowered
      When Kubernetes is to be lowered by a minor version
      Then the upgrade is refused, as "a version is never lowered"
      And nothing was changed

  Rule: An upgrade stops nobody's work

    Example: One machine at a time
      Then in the last upgrade no more than 1 master was away at a time
      And in the last upgrade no more than 1 node was away at a time

    Example: Masters first, then nodes zone by zone
      Then in the last upgrade every master came before any node
      And in the last upgrade the nodes came zone by zone

    Example: The API goes on working
      Then in the last upgrade the API took changes but for at most 10 seconds
