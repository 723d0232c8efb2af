Feature: Routing by host
  Visitors ask for a name and get the service of that name; whoever asks for a name that we do not have is told so.

  Rule: A name leads to its service

    Example: The routes to the microservices
      Then there is a route from every path of the name "msvc1" to port 8899 of "msvc1"
      And there is a route from every path of the name "msvc2" to port 8899 of "msvc2"

    Scenario Outline: A visitor of <service>
      When a visitor opens the page of "<service>" at each node
      Then the visitor is shown the page of "<service>" at each node

      Examples:
        | service |
        | msvc1   |
        | msvc2   |

    Example: Every node takes in the visitors of a name
      Then the page of "msvc1" is shown at each node, with and without TLS
      And the page of "msvc2" is shown at each node, with and without TLS

    Example: A new microservice is reached by its name
      Given a microservice "guestbook" with a route of its own
      When a visitor opens the page of "guestbook"
      Then the visitor is shown a page

    Example: A service follows its pods when they move
      When one pod of "msvc1" is removed
      Then another pod of "msvc1" takes its place
      And the service "msvc1" leads to ready pods only

    Example: A visitor notices nothing when pods move
      Given a steady stream of requests to "msvc1"
      When one pod of "msvc1" is removed
      Then no more than 1 in 100 requests failed

  Rule: A name that nobody has gets a plain answer

    Example: There is somebody to say so
      Then there is a route from any other name to port 80 of "default-backend"
      And the service "default-backend" leads to ready pods only

    Example: An unknown name
      When a visitor asks for the name "nobody"
      Then the visitor is told that it was not found

    Example: The default backend is healthy
      When somebody asks the default backend for its health
      Then it answers that it is well

  Rule: Visitors can come by TLS

    Example: Every route has a certificate for its name
      Then every route has a certificate that is valid for its name
      And every certificate is valid for at least 7 days more

    Example: A visitor comes by TLS
      When a visitor opens the page of "msvc1" by TLS
      Then the visitor is shown a page
