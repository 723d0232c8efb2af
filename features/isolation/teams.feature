Feature: A platform of one's own for every team
  Any number of teams have platforms in one account. A team's name is on everything that is theirs, and what bears
  another name is not touched.

  Rule: Everything bears the name of its team

    Example: Whatever was made in the account
      Then all machines of the platform bear the name of the team
      And all groups of the platform bear the name of the team
      And all volumes of the platform bear the name of the team
      And all subnets of the platform bear the name of the team
      And all security groups of the platform bear the name of the team

    Example: The zone and the bucket are named after the team
      Then the platform's zone is named after the team
      And the team's bucket is named after the team

    Example: The platform itself says whose it is
      Then the platform carries the ownership mark of the team

  Rule: What belongs to another team is left alone

    Example: A volume of another team
      Given a volume of the team "othercrew"
      When what Git says is applied again
      Then the volume of the team "othercrew" is as it was

    Example: A zone of another team
      Given a zone of the team "othercrew" with a record for "shop"
      When a service "newcomer" is added in the namespace "microservices"
      Then the name "newcomer" has a record
      And the record for "shop" in the zone of the team "othercrew" is as it was

  Rule: A team's platform comes and goes without a trace, and no other team notices

    Example: A second platform comes and goes
      Given a second platform of another team
      When the second platform is taken down
      Then nothing of the second platform is left
      And our platform is as it was
