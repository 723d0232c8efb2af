Feature: Delivery by pipelines
  One server that runs pipelines, and our variables: all else follows from what is in Git.

  Rule: The tools come in one image

    Example: What the image holds
      Then the image of tools holds "kops", "kubectl", "jq" and "aws"

    Example: A pipeline builds the image
      Then the pipeline "tools" builds the image of tools whenever its description changes

  Rule: The platform is stood up from Git

    Example: A pipeline stands the platform up
      Then the pipeline "platform" stands the platform up from Git with the image of tools
      And the pipeline "platform" runs again whenever Git changes

  Rule: Every microservice has a pipeline of its own

    Scenario Outline: The pipeline of <service>
      Then the pipeline "<service>" runs again whenever Git changes
      And the pipeline "<service>" rolls out only what has passed its tests

      Examples:
        | service |
        | msvc1   |
        | msvc2   |

    Example: A push is rolled out
      When a change of "msvc1" is pushed
      Then it is tested and rolled out by its pipeline

    Example: A push that breaks a test
      When a change of "msvc1" that breaks a test is pushed
      Then its pipeline stops at the test, and nothing is rolled out

  Rule: One server and the default variables are enough

    Example: No pipeline asks for more than the default variables
      Then every variable of every pipeline has a default, or is a secret that is named in the list of secrets

    Example: One server starts it all
      Given a single new pipeline server with the default variables
      When the pipeline "platform" is started
      Then the platform is stood up within 14 minutes
