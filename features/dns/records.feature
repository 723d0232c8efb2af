Feature: Names for services
  Every service has a name in the team's zone, and the name leads to the nodes that can take visitors in, wherever the
  visitor is: the zone is a public one to which its parent leads, and its records have the nodes' public addresses.

  Rule: The world is led to the zone

    Example: The zone is for everybody
      Then the platform's zone is a public one, and no other zone has its name

    Example: The zone is delegated
      Then its parent leads to the servers that have it, and to no other

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
