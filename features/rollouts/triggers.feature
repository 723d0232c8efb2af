Feature: What makes a rollout
  A microservice is rolled out if, and only if, what its instances are made from has changed.

  Background:
    Given "msvc1" runs with 2 ready instances

  Rule: A change of what instances are made from rolls them out

    Example: Another image
      When the image of "msvc1" is changed to another version
      Then all instances of "msvc1" are replaced
      And every instance of "msvc1" runs the other version

    Example: Another label on the instances
      When the instances of "msvc1" are given the label "season" with the value "winter"
      Then all instances of "msvc1" are replaced

    Example: A rollout is forced by its date
      When a rollout of "msvc1" is forced by its date
      Then all instances of "msvc1" are replaced
      And "msvc1" had at least 2 ready instances all the time

  Rule: No other change does

    Example: A label on the deployment itself
      When the deployment of "msvc1" is given the label "season" with the value "winter"
      Then no instance of "msvc1" is replaced

    Example: Another number of instances
      When the number of instances of "msvc1" is changed to 3
      Then "msvc1" runs with 3 ready instances
      And the 2 instances that ran before still run

    Example: The same content once more
      When the image of "msvc1" is set to the one it has
      Then no instance of "msvc1" is replaced

  Rule: A rollout loses no request

    Example: Requests during a rollout
      Given a steady stream of requests to "msvc1"
      When a rollout of "msvc1" is forced by its date
      Then all instances of "msvc1" are replaced
      And no request failed
