Feature: Standing the platform up
  Seven steps from an empty account to a platform that serves. No step begins on hope: each waits until what it
  needs is there, and not a second longer.

  Rule: The steps are taken in order, each once the one before is done

    Example: The seven steps
      Then the standup took these steps in this order
        | step                 |
        | cluster              |
        | wait for the cluster |
        | MongoDB volumes      |
        | backing services     |
        | microservices        |
        | security groups      |
        | DNS                  |

    Example: Every step after the first made sure of its outcome
      Then every step of the standup but "cluster" made sure of its outcome
      And every step of the standup was completed

  Rule: The platform is up within a quarter of an hour

    Example: The whole standup
      Then the standup took at most 14 minutes

  Rule: Standing up what stands changes nothing

    Example: A second run
      When the standup is run again
      Then the standup succeeds
      And nothing was changed

  Rule: A standup that cannot go on says why, and goes on from there

    Example: A node is missing
      Given the node in "eu-west-1a" is lost
      When the standup is run again, with little patience
      Then the standup fails at a gate, naming what it last saw
      But once the node in "eu-west-1a" returns, the standup succeeds
