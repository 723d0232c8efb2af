Feature: When a rollout goes wrong
  A bad version does no harm, and the way back is short. The cluster does not go it by itself: a pipeline does, which
  hears from the cluster that a rollout has failed, or somebody.

  Background:
    Given "msvc1" runs with 2 ready pods

  Rule: A version that does not come up changes nothing for visitors

    Example: An image that is missing
      When the image of "msvc1" is changed to one that is missing
      Then the rollout of "msvc1" does not complete
      And the 2 pods that ran before still run
      And the service "msvc1" leads to ready pods only

    Example: Requests during a rollout that fails
      Given a steady stream of requests to "msvc1"
      When the image of "msvc1" is changed to one that is missing
      Then the rollout of "msvc1" does not complete
      And no request failed

    Example: A version that runs, but never says that it is ready
      Given a steady stream of requests to "msvc1"
      When a version of "msvc1" that never says it is ready is rolled out
      Then the rollout of "msvc1" does not complete
      And the service "msvc1" leads to ready pods only
      And no request failed

  Rule: A version that does not come up in time is said to have failed

    Example: A rollout misses its deadline
      When the image of "msvc1" is changed to one that is missing, with a deadline of 2 seconds
      Then the rollout of "msvc1" has failed, because of its deadline
      And the 2 pods that ran before still run

  Rule: The way back leads to the version before

    Example: Back from a version that is missing
      Given the image of "msvc1" was changed to one that is missing
      When "msvc1" is rolled back
      Then the 2 pods that ran before still run
      And "msvc1" runs the version that it had before

    Example: Back from a version that runs
      Given the image of "msvc1" was changed to another version, and rolled out
      When "msvc1" is rolled back
      Then "msvc1" runs the version that it had before
      And no new generation of "msvc1" was made for it
