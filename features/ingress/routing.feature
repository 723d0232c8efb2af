Feature: Routing by host
  Visitors ask for a name and get the service of that name; whoever asks for a name that we do not have is told so.

  Rule: A name leads to its service

    Scenario Outline: The route to <service>
      Then there is a route from the name "<service>" to port 8899 of "<service>"

      Examples:
        | service |
        | msvc1   |
        | msvc2   |

    Scenario Outline: A visitor of <service>
      When a visitor opens the page of "<service>" at each node
      Then the visitor is shown the page of "<service>" at each node

      Examples:
        | service |
        | msvc1   |
        | msvc2   |

    Example: A route follows its service when instances move
      When one instance of "msvc1" is lost
      Then another instance of "msvc1" takes its place
      And the service "msvc1" leads to ready instances only

    Example: A visitor notices nothing when instances move
      Given a steady stream of requests to "msvc1"
      When one instance of "msvc1" is lost
      Then no more than 1 in 100 requests failed

  Rule: A name that nobody has gets a plain answer

    Example: There is somebody to say so
      Then "default-backend" runs in the namespace "ingress" with all of its instances ready
      And the service "default-backend" leads to ready instances only

    Example: No route takes in strangers
      Then no route takes in names that nobody has

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

    Scenario Outline: A visitor of <service> comes by TLS
      When a visitor opens the page of "<service>" by TLS
      Then the visitor is shown a page

      Examples:
        | service |
        | msvc1   |
        | msvc2   |
