Feature: Names follow the platform
  Nobody edits the zone by hand. A container of ours does, seconds after anything has changed.

  Rule: The container that keeps the names is a very small one

    Example: What the updater asks for
      Then "dns-updater" is set to ask for "20m" of a processor and "64Mi" of memory

  Rule: A new service is found by its name, a removed one is not

    Example: A new service
      When a service "newcomer" is added in the namespace "microservices"
      Then the name "newcomer" has a record
      And whoever asks for "newcomer" is given the addresses of all nodes with a ready ingress controller

    Example: A new service in a namespace that is new as well
      Given a new namespace "trial-annex"
      When a service "annexe" is added in the namespace "trial-annex"
      Then the name "annexe" has a record

    Example: A removed service
      Given a service "short-lived" in the namespace "microservices", with a record
      When the service "short-lived" is removed from the namespace "microservices"
      Then the name "short-lived" has no record
      And whoever asks for "short-lived" is told that there is no such name

    Example: Two services of one name
      Given a service "twins" in the namespace "microservices", with a record
      And a service "twins" in the namespace "default", with a record
      When the service "twins" is removed from the namespace "default"
      Then the name "twins" keeps its record

  Rule: A name leads only to nodes that can take visitors in: a health check sees to it, and the container as well

    Example: A node fails
      When the node on which the names are kept is lost
      Then the lost node leaves the answers for "msvc1"
      And no record has the address of the lost node any more
      And the other two nodes stay in the answers for "msvc1"

    Example: A node fails while nobody keeps the names
      Given nobody keeps the names, but health checks are made
      When the node in "eu-west-1b" is lost
      Then the node in "eu-west-1b" leaves the answers for "msvc1"
      And every record still has the address of the node in "eu-west-1b"

  Rule: Records that are not ours are never touched

    Example: A record that a colleague made by hand
      Given a record "handmade" made by a colleague
      When a service "neighbour" is added in the namespace "microservices"
      Then the name "neighbour" has a record
      And the record "handmade" is as the colleague made it

    Example: A colleague's record under the name of a service
      Given a text record "msvc1" made by a colleague
      When a service "passer-by" is added in the namespace "microservices"
      Then the name "passer-by" has a record
      And the text record "msvc1" is as the colleague made it

  Rule: A record of ours that was changed by hand is put right

    Example: Records were removed and changed by hand
      When somebody removes a record of "msvc2" by hand
      And somebody changes the TTL of a record of "msvc1" to 60 seconds by hand
      Then every service has an A record with a TTL of 300 seconds again
      And every record has the addresses of all nodes with a ready ingress controller again
