Feature: Delivery by pipelines
  One server that runs pipelines, and our variables: all else follows from what is in Git.

  Rule: The tools come in one image

    Example: What the image holds
      Then the recipe of the image of tools installs "kops", "kubectl", "jq" and "aws"

    Example: The tools run
      When somebody works in a container of the image of tools
      Then "kops", "kubectl", "jq", "aws" and "seatrial" run there
      And nobody is an administrator there

    Example: A pipeline builds the image
      Then "build-tools-image" in the pipeline "tools-image" is set to run again whenever Git changes
      And the pipeline "tools-image" is set to deliver "tools-image"

  Rule: The platform is stood up from Git

    Example: A pipeline stands the platform up and judges it
      Then "stand-up" in the pipeline "platform" is set to run again whenever Git changes
      And "verify" in the pipeline "platform" is set to begin by itself with what passed "stand-up" alone
      And "stand-up" in the pipeline "platform" has a limit of 14 minutes

    Example: A pipeline looks for changes by hand
      Then "find-drift" in the pipeline "platform" is set to follow only what passed "verify"
      And "find-drift" in the pipeline "platform" is set to run again by the clock
      And "find-drift" in the pipeline "platform" is set to look, and to change nothing itself

  Rule: Every microservice has a pipeline of its own

    Example: Every push is tested, built and rolled out
      Then "test" in the pipeline "microservice" is set to run again whenever Git changes
      And "build" in the pipeline "microservice" is set to begin by itself with what passed "test" alone
      And the pipeline "microservice" is set to deliver "image"
      And "roll-out" in the pipeline "microservice" is set to begin by itself with what passed "build" alone

    Example: What is rolled out stands in Git
      Then "roll-out" in the pipeline "microservice" is set to write the version into Git before the cluster is told

    Example: A version that does not come to run is taken back
      Then "roll-out" in the pipeline "microservice" is set to take back what does not run in time, in Git as well

    Example: A push is rolled out
      Given a steady stream of requests to "msvc1"
      When a change of "msvc1" is pushed
      Then it is tested, built and rolled out by its pipeline, one after the other
      And Git says the version that was built, every pod runs it, and nothing differs from what Git says
      And visitors are answered by what was pushed, at its name
      And no request failed

    Example: A push that breaks a test
      When a change of "msvc1" that breaks a test is pushed
      Then its pipeline stops at the test, and nothing is rolled out

  Rule: One server and the default variables are enough

    Example: One pipeline sets all the others
      Then "set-pipelines" in the pipeline "start" is set to run again whenever Git changes
      And the pipeline "start" has a job that sets every other pipeline
      And the pipeline "start" is set to make a pipeline for each microservice that runs

    Example: No pipeline asks for more than the default variables
      Then no pipeline asks for a variable that nobody gives
      And no pipeline asks for a task that is not in Git
      And no pipeline has a job that does nothing, or that passes whatever happens

    Example: One server starts it all
      Given a single new pipeline server with the default variables
      When the pipeline "platform" is started
      Then the platform is stood up within 14 minutes
