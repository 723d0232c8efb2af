Feature: Buying at the shop
  Customers see what there is and what it costs, whatever becomes of a single pod.

  Rule: The page shows what there is, and what it costs

    Example: What is on the shelf
      Then the shop sells "apples" for 3 coins
      And the shop sells "apples, pears, plums", and nothing else

  Rule: No pod is missed

    Example Outline: A pod of the <part> is removed
      When one ready pod of "<part>" is removed in the namespace "shop"
      Then the shop sells "apples" for 3 coins
      And "<part>" runs with 2 ready pods in the namespace "shop"

      Examples:
        | part      |
        | catalogue |
        | prices    |
        | page      |
