Feature: The way in
  A controller on each node takes in whoever comes, by the node's own ports. Which maker's controller it is must
  make no difference to anybody.

  Rule: Every node has a controller of its own

    Example: A ready controller on each node
      Then every node has a ready ingress controller

    Example: The host ports of the node
      Then every ingress controller asks for the ports 80, 443 and 18080 of its node

    Example: A controller is checked for being ready and being alive
      Then every ingress controller states how it is checked for being ready, and asked for being alive

    Example: A controller that is removed comes back to its node
      When the ingress controller in "eu-west-1a" is removed
      Then every node has a ready ingress controller

    Example: The status of a controller
      When somebody asks each controller for its status on port 18080
      Then each of them shows it

  Rule: A controller can be swapped for another maker's

    Example: Routes speak no maker's language
      Then no route depends on the maker of the controller

    Example: One kind of controller is in charge
      Then exactly one kind of controller is the default for new routes

    Example: Another maker's controller takes over
      When the ingress controllers are swapped for another maker's
      Then every node has a ready ingress controller
      And the page of "msvc1" is shown at each node, with and without TLS
      And the page of "msvc2" is shown at each node, with and without TLS

  Rule: A controller that is removed costs no more than the requests that it held

    Example: Requests go on while a controller is removed
      Given a steady stream of requests to "msvc1"
      When the ingress controller in "eu-west-1b" is removed
      Then no more than 1 in 100 requests failed
