Feature: Losing masters
  Three masters in three availability zones, so that losing one of them never stops our teams from deploying.

  Rule: More than half of the masters must agree

    Example: Every master has a vote
      Then etcd has 3 healthy members, one on each master
      And a majority is 2 of its members

    Example: One of them leads
      Then exactly one member leads, and all members agree on it

  Rule: A majority of the masters is enough to go on working

    Example: One master is lost
      Given clients that write numbered notes
      When the master in "eu-west-1b" is lost
      Then the platform still accepts changes within 10 seconds
      And every note that was acknowledged is there, in order, and none that nobody wrote

    Example: The master that leads is lost
      Given clients that write numbered notes
      When the master that leads etcd is lost
      Then the platform still accepts changes within 10 seconds
      And every note that was acknowledged is there, in order, and none that nobody wrote

    Example: A whole zone is lost
      Given clients that write numbered notes
      When everything in the zone "eu-west-1c" is lost
      Then the platform still accepts changes within 10 seconds
      And every microservice still has a ready pod
      And every note that was acknowledged is there, in order, and none that nobody wrote

  Rule: Without a majority nothing is changed and nothing is lost

    Example: Two masters are lost
      Given clients that write numbered notes
      When the masters in "eu-west-1a" and "eu-west-1b" are lost
      Then the platform refuses changes
      But once the master in "eu-west-1a" returns, the platform accepts changes
      And every note that was acknowledged is there, in order, and none that nobody wrote
