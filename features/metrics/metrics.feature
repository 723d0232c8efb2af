Feature: Metrics in one place
  How busy the processors of the machines are, how full their memory is, and what the services do is kept in one store,
  and drawn for those who look at it.

  Rule: Every node is measured

    Example: A ready collector on each member of the cluster
      Then every member of the cluster has a ready collector of metrics

    Example: Metrics of every node arrive
      Then metrics of the processor of every member of the cluster have arrived within the last minute
      And metrics of the memory of every member of the cluster have arrived within the last minute

    Example: A node that does not exist
      Then no metrics of a node that does not exist have arrived

  Rule: Every microservice reports its own metrics

    Example: Microservices are told where to report
      Then "msvc1" and "msvc2" are told to report to the database "metrics" of "influxdb"

    Scenario Outline: Metrics of <service> arrive
      When a visitor opens the page of "<service>"
      Then metrics of "<service>" have arrived within the last minute

      Examples:
        | service |
        | msvc1   |
        | msvc2   |

  Rule: Metrics are drawn

    Example: The graphs know their source
      Then "grafana" has "influxdb" as a source

    Example: A graph shows something
      Then a graph of the nodes shows values of the last minute
