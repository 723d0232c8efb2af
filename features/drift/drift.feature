Feature: What runs is what Git says
  Git is the one place where the platform is described. A change by hand does not last, and does not go unseen.

  Rule: What runs equals what Git says

    Example: Nobody has changed anything by hand
      Then nothing differs from what Git says

    Example: Applying once more changes nothing
      When what Git says is applied again
      Then nothing differs from what Git says
      And no pod of "msvc1" or "msvc2" was replaced

  Rule: A change by hand is found, field by field

    Example: Another number of replicas
      When somebody changes the number of replicas of "msvc2" to 3 by hand
      Then it is found that "replicas" of the deployment "msvc2" should be "2" and is "3"
      And nothing else differs from what Git says

    Example: Another port of a service
      When somebody changes the port of the service "msvc1" to 9988 by hand
      Then it is found that "port" of the service "msvc1" should be "8899" and is "9988"

    Example: Something was removed
      When somebody removes the route to "msvc2" by hand
      Then it is found that the route to "msvc2" is missing

    Example: A workload that nobody agreed on
      When somebody puts a workload "miner" into the namespace "kube-system" by hand
      Then it is found that nobody agreed on the workload "kube-system/miner"
      And nothing else differs from what Git says

    Example: Rights that nobody agreed on
      When somebody gives "nobody@example.com" a look at everything, by a binding "strangers"
      Then it is found that nobody agreed on the binding "strangers"
      And nothing else differs from what Git says

    Example: A setting that Git does not speak of
      When somebody pauses the rollouts of "msvc1" by hand
      Then it is found that the rollouts of "msvc1" are paused, and by whom
      And nothing else differs from what Git says

    Example: A note on a deployment is nobody's drift
      When somebody notes "do not touch" on the deployment "msvc1"
      Then nothing differs from what Git says

  Rule: The estate in the cloud is as it was agreed, down to rights and openings

    Example: Nobody has changed the estate by hand
      Then nothing of the estate differs from what was agreed
      And kops would change nothing of it

    Example: A port that somebody opened
      When somebody opens port 22 of the nodes to everybody by hand
      Then it is found that nobody agreed on the opening of port 22 of the nodes to everybody
      And nothing else of the estate differs from what was agreed

  Rule: A change by hand is undone by applying again

    Example: Several changes at once
      Given somebody changed the number of replicas of "msvc2" to 3 by hand
      And somebody removed the route to "msvc2" by hand
      When what Git says is applied again
      Then nothing differs from what Git says
      And "msvc2" runs in the namespace "microservices" with 2 ready pods
