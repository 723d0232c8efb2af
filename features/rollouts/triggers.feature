Feature: What makes a rollout
  A microservice is rolled out if, and only if, its pod template has changed.

  Background:
    Given "msvc1" runs with 2 ready pods

  Rule: A change of the pod template rolls them out

    Example: Another image
      When the image of "msvc1" is changed to another version
      Then all pods of "msvc1" are replaced
      And every pod of "msvc1" runs the other version

    Example: Another label on the pods
      When the pods of "msvc1" are given the label "season" with the value "winter"
      Then all pods of "msvc1" are replaced

    Example: A rollout is forced by its date
      When a rollout of "msvc1" is forced by its date
      Then all pods of "msvc1" are replaced
      And "msvc1" had at least 2 ready pods all the time

  Rule: No other change does

    Example: A label on the deployment itself
      When the deployment of "msvc1" is given the label "season" with the value "winter"
      Then no pod of "msvc1" is replaced

    Example: Another number of replicas
      When the number of replicas of "msvc1" is changed to 3
      Then "msvc1" runs with 3 ready pods
      And the 2 pods that ran before still run

    Example: The same content once more
      When the image of "msvc1" is set to the one it has
      Then no pod of "msvc1" is replaced

  Rule: A rollout loses no request

    Example: Requests during a rollout
      Given a steady stream of requests to "msvc1"
      When a rollout of "msvc1" is forced by its date
      Then all pods of "msvc1" are replaced
      And no request failed
