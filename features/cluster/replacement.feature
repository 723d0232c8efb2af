Feature: A lost machine is replaced
  Nobody is called at night because a machine has died: its group makes another one in the same zone.

  Rule: Every machine belongs to a group that keeps one machine alive

    Example: Groups keep exactly one machine each
      Then there are 6 groups of machines
      And every group is set to keep exactly 1 machine

    Example: A node is lost for good
      When the node in "eu-west-1b" is lost for good
      Then another node takes its place in "eu-west-1b"
      And the cluster has 3 ready nodes
      And every record has the addresses of all nodes with a ready ingress controller

    Example: A master is lost for good
      Given clients that write numbered notes
      When the master in "eu-west-1c" is lost for good
      Then another master takes its place in "eu-west-1c"
      And the cluster has 3 ready masters
      And the name of the API leads to all masters, and to nothing else
      And every note that was acknowledged is there, in order, and none that nobody wrote
