Feature: Connections between pods
  A pod that was broken into looks for others.

  Rule: A pod is reached by those whose work needs it

    Example: A stranger among the pods
      Given a pod of nobody's that tries every port of the platform's pods
      Then it is let through to the ports of "ingress-controller"
      And it is let through to no port of a pod but those of "ingress-controller"

    Example: Nobody is let through by default
      Then every namespace of the platform is set to turn away whoever is not named
