Feature: A canary beside the stable version
  A new version may first serve a few visitors, beside the stable one: whoever starts it so makes a small risk of it,
  which is gone in a moment. No pipeline does that.

  Rule: A canary takes its share

    Example: One canary beside two stable pods
      When a canary of "msvc1" with 1 pod is started
      Then the service "msvc1" leads to 3 ready pods, 1 of them a canary
      And "msvc1" runs with 2 ready pods

    Example: The share of the requests
      Given a canary of "msvc1" with 1 pod
      Then of 300 requests to "msvc1" between 23 and 43 in 100 are answered by the canary

  Rule: A canary is withdrawn without a trace

    Example: The canary is withdrawn
      Given a canary of "msvc1" with 1 pod
      When the canary of "msvc1" is withdrawn
      Then the service "msvc1" leads to 2 ready pods, 0 of them a canary
