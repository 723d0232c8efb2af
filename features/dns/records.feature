Feature: Names for services
  Every service has a name in the team's zone, and the name leads to the nodes that can take visitors in. The zone is a
  private one: it answers within the platform's network, and nobody outside of it is told anything.

  Rule: Every service of every namespace has a name

    Example: Every service has a record
      Then every service has an A record with a TTL of 300 seconds
      And every record has the addresses of all nodes with a ready ingress controller

    Example: Whoever asks for a name is answered
      When somebody asks for the name of every service
      Then every answer has a TTL of 300 seconds
      And every answer has the addresses of all nodes with a ready ingress controller

    Example: A name that nobody has
      When somebody asks for the name "nobody"
      Then the answer is that there is no such name

  Rule: The masters have a name of their own

    Example: The name of the API
      When somebody asks for the name "api.internal"
      Then every answer has the addresses of all masters

    Example: The name by which a machine joins
      When somebody asks for the name "kops-controller.internal"
      Then every answer has the addresses of all masters

  Rule: Every node that takes visitors in is checked

    Example: A health check for each node
      Then every node with an ingress controller has a health check of its own

    Example: Answers depend on health
      Then every address in a record depends on the health check of its node
