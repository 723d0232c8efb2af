Feature: Backing services
  What the microservices lean on: a database, a search engine with its front end, collectors, a store for metrics and
  its graphs, and the way in.

  Rule: Every backing service is deployed and ready

    Scenario Outline: <service> runs
      Then "<service>" runs in the namespace "<namespace>" with all of its instances ready

      Examples:
        | service         | namespace |
        | elasticsearch   | backing   |
        | mongodb         | backing   |
        | fluentd         | backing   |
        | kibana          | backing   |
        | influxdb        | backing   |
        | grafana         | backing   |
        | telegraf        | backing   |
        | default-backend | ingress   |
        | dns-updater     | dns       |

    Example: An instance that is lost is replaced
      When one instance of "grafana" is lost
      Then another instance of "grafana" takes its place

  Rule: Every backing service is found under its own name

    Scenario Outline: <service> is offered on port <port>
      Then the service "<service>" in the namespace "<namespace>" offers port <port>
      And the service "<service>" leads to ready instances only

      Examples:
        | service         | namespace | port  |
        | elasticsearch   | backing   | 9200  |
        | mongodb         | backing   | 27017 |
        | kibana          | backing   | 5601  |
        | influxdb        | backing   | 8086  |
        | grafana         | backing   | 3000  |
        | default-backend | ingress   | 80    |

    Scenario Outline: <service> answers at its name
      Then a container that calls "<service>" on port <port> is answered

      Examples:
        | service       | port |
        | elasticsearch | 9200 |
        | influxdb      | 8086 |

  Rule: Every image can be traced

    Example: An image whose tag may move is pulled each time
      Then every container whose image has a tag that may move pulls it each time
