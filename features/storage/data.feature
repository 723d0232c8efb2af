Feature: Data survives
  What was stored is there tomorrow, whatever happens to a container or a machine today.

  Rule: A member comes back to its own volume

    Example: A member is removed
      When the member "mongodb-1" is removed
      Then the member "mongodb-1" is back in the same zone with the same volume

    Example: A claim outlives its member
      When the number of members of "mongodb" is reduced to 2
      Then "mongodb" runs with 2 members
      And every claim of "mongodb" is still bound to the volume that it had

  Rule: The members keep copies of one another's data

    Example: All members work, and agree on one that leads
      Then the database has 3 healthy members, and exactly one of them leads

  Rule: What was stored is found again

    Example: After a member was removed
      Given clients that store numbered documents
      When the member "mongodb-0" is removed
      Then every document that was acknowledged is in the database, in order, and none that nobody stored

    Example: After a node was lost for good
      Given clients that store numbered documents
      When the node in "eu-west-1a" is lost for good
      Then another node takes its place in "eu-west-1a"
      And every document that was acknowledged is in the database, in order, and none that nobody stored

    Example: After all members were removed at once
      Given clients that store numbered documents
      When all members of "mongodb" are removed
      Then every document that was acknowledged is in the database, in order, and none that nobody stored

    Example: After the leading member was removed
      Given clients that store numbered documents
      When the leading member of the database is removed
      Then another member of the database leads
      And every document that was acknowledged is in the database, in order, and none that nobody stored

    Example: A document that nobody stored
      Then a document that nobody stored is not found in the database
