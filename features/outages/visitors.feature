Feature: Visitors during an outage
  Machines and zones are lost now and then. What that may cost our visitors is agreed here, and is over within a minute
  for whoever asks for a name anew; who keeps an answer as long as he may, keeps that of a lost node for five minutes.
  A page that regrets that the database is away is an answer here: what is stored is judged where data survives.

  Background:
    Given a steady stream of requests to "msvc1"

  Rule: A pod that crashes is back before visitors have noticed much

    Example: A pod crashes
      When one pod of "msvc1" crashes
      Then that pod is started anew on its node
      And no more than 5 in 100 requests failed

  Rule: A node that is lost takes no visitor who asks anew with it for longer than a minute

    Example: A node loses its power
      When the node in "eu-west-1b" is lost
      Then the node in "eu-west-1b" leaves the answers for "msvc1"
      And 100 requests to "msvc1" in a row are answered
      And no more than 40 in 100 requests failed
      And requests were never unanswered for longer than 20 seconds

    Example: A node is cut off from the network
      When the node in "eu-west-1b" is cut off from the network
      Then the node in "eu-west-1b" leaves the answers for "msvc1"
      And 100 requests to "msvc1" in a row are answered
      And no more than 40 in 100 requests failed
      And requests were never unanswered for longer than 20 seconds

  Rule: A zone that is lost leaves two that serve

    Example: Everything in a zone is lost
      When everything in the zone "eu-west-1c" is lost
      Then the node in "eu-west-1c" leaves the answers for "msvc1"
      And 100 requests to "msvc1" in a row are answered
      And no more than 40 in 100 requests failed
      And requests were never unanswered for longer than 20 seconds
