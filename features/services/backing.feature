Feature: Backing services
  What the microservices lean on: a database, a search engine with its front end, collectors, a store for metrics and
  its graphs, and the way in. Two of them stand for all where they are called by their names.

  Rule: Every backing service is deployed and ready

    Example: All of them run
      Then these services run with all of their pods ready
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

    Example: A pod that is removed is replaced
      When one pod of "grafana" is removed
      Then another pod of "grafana" takes its place

  Rule: A backing service is found under its own name

    Example: All of them are offered at their ports
      Then these services are offered, and lead to ready pods only
        | service         | namespace | port  |
        | elasticsearch   | backing   | 9200  |
        | mongodb         | backing   | 27017 |
        | kibana          | backing   | 5601  |
        | influxdb        | backing   | 8086  |
        | grafana         | backing   | 3000  |
        | default-backend | ingress   | 80    |

    Example: They answer at their names
      Then a container that calls "elasticsearch" on port 9200 is answered
      And a container that calls "influxdb" on port 8086 is answered

  Rule: Every image can be traced

    Example: An image whose tag may move is pulled each time
      Then every container of the platform whose image has a tag that may move is told to pull it each time
