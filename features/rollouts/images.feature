Feature: Which image is run
  A version is a tag that never moves. Where a tag does move, every node must ask for it anew.

  Rule: A tag that moves is pulled each time, unless somebody says otherwise

    Scenario Outline: The tag of an image decides: <tag>
      When a pod is started from an image with <tag>
      Then the image is to be pulled "<policy>"

      Examples:
        | tag              | policy       |
        | the tag "latest" | Always       |
        | no tag           | Always       |
        | the tag "1.4.2"  | IfNotPresent |

    Example: Somebody says otherwise
      When a pod is started from an image with the tag "latest", to be pulled only if it is not there
      Then the image is to be pulled "IfNotPresent"

  Rule: An image that is pulled only if it is not there stays as it is

    Example: A tag is used again, and the image is there already
      Given a pod that runs an image with the tag "reused", to be pulled only if it is not there
      When the tag "reused" is moved to another image, and the pod starts anew on its node
      Then the pod runs the image that it had

    Example: A tag is used again, and is pulled each time
      Given a pod that runs an image with the tag "reused", to be pulled each time
      When the tag "reused" is moved to another image, and the pod starts anew on its node
      Then the pod runs the image that the tag has now
