Feature: Microservices
  Two small services, each with a page, an interface for programs and the same port.

  Rule: Each microservice runs twice, side by side

    Scenario Outline: <service> is deployed
      Then "<service>" runs in the namespace "microservices" with 2 ready pods
      And the service "<service>" in the namespace "microservices" offers port 8899
      And the service "<service>" leads to ready pods only

      Examples:
        | service |
        | msvc1   |
        | msvc2   |

    Example: The pods of a microservice do not share a node
      Then the pods of "msvc1" run on 2 different nodes
      And the pods of "msvc2" run on 2 different nodes

    Example: Microservices have a namespace of their own
      Then the namespace "microservices" holds "msvc1" and "msvc2" only
      And no microservice runs in the namespace "kube-system"

  Rule: A microservice is looked after

    Example: It says how it is and what it needs
      Then every container of "msvc1" and "msvc2" states how it is checked for being ready and being alive
      And every container of "msvc1" and "msvc2" states what it needs and where its limit is

    Example: A pod that is removed is replaced
      When one pod of "msvc2" is removed
      Then another pod of "msvc2" takes its place

    Example: Maintenance takes one pod at a time
      When maintenance asks both pods of "msvc1" to leave at once
      Then one of them may leave, and the other is told to wait
      And "msvc1" runs in the namespace "microservices" with 2 ready pods again

    Example: Nobody can use up the namespace
      When a team asks for a pod that is larger than all the namespace may hold
      Then the request is refused, because of "quota"

  Rule: A microservice serves people and programs

    Scenario Outline: The page of <service>
      When a visitor opens the page of "<service>"
      Then the visitor is shown a page

      Examples:
        | service |
        | msvc1   |
        | msvc2   |

    Example: Visitors are spread over the pods
      Then of 100 requests to "msvc2" every pod answers at least 25

    Example: What a program stores is kept in the database
      When a program stores an entry through "msvc1"
      Then the entry can be read through "msvc1"
      And the entry is found in the database

    Example: An entry that makes no sense is refused
      When a program stores an entry without content through "msvc1"
      Then the program is told that its request was wrong
