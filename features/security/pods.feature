Feature: Rights of pods on their machines
  Pods share machines. A pod that rules its machine rules every other pod on it.

  Rule: Where a team deploys, a pod has no rights on its machine

    Scenario Outline: A pod that <wants>
      When a team asks for a pod in "<namespace>" that <wants>
      Then the request is refused, because of "violates PodSecurity"

      Examples:
        | namespace     | wants                           |
        | microservices | may do everything               |
        | microservices | runs as root                    |
        | microservices | mounts a folder of its machine  |
        | microservices | takes a port of its machine     |
        | dns           | sees the network of its machine |

    Example: A pod that wants nothing
      When a team asks for a pod in "microservices" that wants nothing
      Then the request is accepted

  Rule: Whatever needs more is known by name

    Example: Workloads that could not run where a team deploys
      Then every workload but these would be let in where a team deploys
        | workload                   | why                                                    |
        | backing/fluentd            | the logs of a machine are its administrator's           |
        | backing/telegraf           | it reads how a machine is from the machine's own files  |
        | backing/mongodb            | it takes a folder over where there are no volumes       |
        | ingress/ingress-controller | it takes the ports of its machine                       |
