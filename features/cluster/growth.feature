Feature: More nodes
  Nothing adds a node by itself, nor a pod: whoever has more to do asks a group for another machine, and gives it back.

  Rule: A machine that was asked for takes its share

    Example: One more node
      When another node is asked for in "eu-west-1b"
      Then 2 ready nodes stand in "eu-west-1b"
      And every node has a ready ingress controller
      And every record has the addresses of all nodes with a ready ingress controller
