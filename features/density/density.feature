Feature: How full the nodes are
  Two microservices need a good deal of company. We pay for three nodes, and they are to be used, not overrun.

  Rule: Every node earns its keep

    Example: The least on any node
      Then every node runs at least 4 containers

    Example: The average of all nodes
      Then the nodes run at least 7 containers on average

  Rule: No node is asked for more than it can carry

    Example: What is asked of a node fits its machine
      Then what the containers of every node ask for fits its machine

    Example: A pod that no machine can carry
      When a pod is asked for that needs more than any machine has
      Then the pod is not placed, because of "memory"
