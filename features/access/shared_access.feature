Feature: Shared access
  Whoever of the team holds the bucket can operate the platform, without asking a colleague for a file.

  Rule: The description of the platform is kept in the team's bucket

    Example: The bucket is closed to everybody else, and forgets nothing
      Then the team's bucket is set to be closed to the public
      And the team's bucket is set to keep earlier versions

  Rule: The bucket is all that a team member needs

    Example: A member with the bucket
      Given a team member with access to the bucket
      When she asks for access to the platform
      Then she is given access
      And she can see all 6 members of the cluster

    Example: Nobody else on her machine can read what she was given
      Given a team member with access to the bucket
      When she asks for access to the platform
      Then only she can read what she was given

    Example: A member without the bucket
      Given a team member without access to the bucket
      When she asks for access to the platform
      Then she is given no access
      And she can read nothing that is in the team's bucket

    Example: Somebody who knows the address but has no credentials
      Given a team member with access to the bucket
      When she passes on the address without her credentials
      Then the platform turns the stranger away

  Rule: Access ends when the time is over that it was asked for

    Example: Access for a few seconds
      Given a team member with access to the bucket
      When she asks for access to the platform for 10 seconds
      Then what she was given is set to end within 10 seconds
      And she can see all 6 members of the cluster
      But after 10 seconds the platform turns her away
