Feature: The network of the platform
  One private network, reached through the nodes themselves. We chose to do without load balancers of the cloud,
  so that the platform can move to a place that has none.

  Rule: All machines live in one private network

    Example: The network has the agreed range
      Then the platform has one network with the range "172.20.0.0/16"
      And every machine has an address within "172.20.0.0/16"

  Rule: There is no load balancer of any kind

    Example: None was made
      Then the platform has no load balancer
      And no service of the cluster asks for a load balancer

    Example: A microservice that asks for a load balancer is refused one
      When a team asks for a load balancer in front of "msvc1"
      Then the request is refused, because of "quota"
      And the platform still has no load balancer

  Rule: Visitors reach the nodes on the ports of the ingress, and on no other

    Example: The ports of the ingress are open
      Then the rules let everybody reach every node on port 80
      And the rules let everybody reach every node on port 443
      And the rules let somebody reach every node on port 18080

    Example: Nothing is open but what was agreed
      Then the rules open the machines to whom it was agreed, and to nobody else

    Example: Nobody works on a machine by hand
      Then the rules let nobody reach a machine on port 22 from outside

    Example: A microservice's own port is closed to visitors
      Then the rules let nobody outside reach a node on port 8899
