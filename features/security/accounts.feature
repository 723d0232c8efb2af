Feature: Accounts of programs
  A program that is broken into may do what its account may do. So each may do what its work needs, and nothing else.

  Rule: No program rules the platform

    Scenario Outline: No program may <deed>
      Then no account of a program may <deed>

      Examples:
        | deed                              |
        | enter a pod                       |
        | change what accounts may do       |
        | act as somebody else              |
        | take over a machine               |
        | change what the platform lets in  |
        | change what is stored             |

    Example: No program may change a workload
      Then no account may change a workload but these
        | account                | may                                | why                                       |
        | microservices/roll-out | patch deployments in microservices | pipelines roll out with it, no pod has it |

  Rule: A program is given a token of the API only if it asks the API something

    Example: A pod that says nothing of a token
      Then a pod that says nothing of a token is given none in these namespaces
        | backing       |
        | dns           |
        | ingress       |
        | microservices |

    Example: Pods with a token
      Then of the pods that run none has a token of the API but these
        | workload                   | why                                      |
        | backing/fluentd            | it names the pods whose lines it reads   |
        | dns/dns-updater            | it follows services, and nodes           |
        | ingress/ingress-controller | it follows routes                        |
