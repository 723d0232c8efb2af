Feature: The machines of the platform
  Three masters and three nodes in three availability zones, so that no zone can take the platform with it,
  each of a size that was agreed with those who pay for them.

  Background:
    Given the zones "eu-west-1a", "eu-west-1b" and "eu-west-1c"

  Rule: Every zone has one master and one node

    Example: Masters and nodes are spread over the zones
      Then exactly one "master" runs in each of these zones
      And exactly one "node" runs in each of these zones

    Example: No machine is there but these
      Then 6 machines run in the platform's network, each a master or a node

    Example: Every machine is a working member of the cluster
      Then every machine is a ready member of the cluster
      And every member of the cluster stands in the zone of its machine

    Example: One version of Kubernetes
      Then every member of the cluster runs Kubernetes "1.36.1"

  Rule: A machine has the size that was agreed for its role

    Scenario Outline: The size of a <role>
      Then every "<role>" is a machine of type "<type>"
      And every group of "<role>"s is set to start machines of type "<type>"

      Examples:
        | role   | type      |
        | master | t2.medium |
        | node   | t2.large  |

  Rule: Masters are kept free of applications

    Example: Applications are turned away by the masters
      Then no application may be placed on a master
      And no pod of "msvc1" or "msvc2" runs on a master
