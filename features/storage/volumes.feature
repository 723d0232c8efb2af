Feature: Volumes of the database
  Every member of MongoDB keeps its data on a volume of its own, beside it in the same zone.

  Rule: Every member has a volume of its own

    Example: Each member's volume is there
      Then each of the 3 members of "mongodb" has a volume of its own
      And every claim of "mongodb" is bound

    Example: A volume is where its member works
      Then every volume of "mongodb" is attached to the machine of its member

    Example: The volumes are as large and as fast as agreed
      Then every volume of "mongodb" has 20 GiB and the type "gp3"

    Example: A volume outlives its claim
      Then every volume of "mongodb" is set to stay, with its data, when its claim goes

    Example: A volume that nobody has provided
      When a claim is made for a volume that nobody has provided
      Then the claim stays unbound

  Rule: A member and its volume stand in one zone, each member in another

    Example: Volumes stand in the zones of their members
      Then every volume of "mongodb" stands in the zone of its member

    Example: Members are split over the nodes
      Then the members of "mongodb" run on 3 different nodes
      And the members of "mongodb" run in 3 different zones
