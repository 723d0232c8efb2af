Feature: The network of the platform
  One private network, reached through the nodes themselves. We chose to do without load balancers of the cloud,
  so that the platform can move to a place that has none.

  Rule: All machines live in one private network

    Example: The network has the agreed range
      Then the platform has one network with the range "172.20.0.0/16"

    Example: Every machine has an address within the network
      Then every machine has an address within "172.20.0.0/16"

  Rule: There is no load balancer of any kind

    Example: None was made
      Then the account holds no load balancer

    Example: A microservice that asks for a load balancer is refused one
      When a team asks for a load balancer in front of "msvc1"
      Then the request is refused, because of "quota"
      And the account still holds no load balancer

  Rule: Visitors reach the nodes on the doors of the ingress, and on no other

    Scenario Outline: The door for <purpose> is open
      Then everybody may reach every node on port <port>

      Examples:
        | purpose | port |
        | web     | 80   |
        | TLS     | 443  |

    Example: The controllers' status can be asked for
      Then somebody may reach every node on port 18080

    Example: A microservice's own port is closed to visitors
      Then nobody outside may reach a node on port 8899
