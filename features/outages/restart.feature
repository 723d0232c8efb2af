Feature: The whole platform is restarted
  When a whole region has lost its power, we need nobody's help to be where we were. What a disk had not written yet is
  not lost here as it would be with the power: that is not looked at.

  Rule: What was there before is there afterwards

    Example: All machines lose their power and get it back
      Given clients that write numbered notes
      And clients that store numbered documents
      When all machines are stopped, and started again
      Then every note that was acknowledged is there, in order, and none that nobody wrote
      And every document that was acknowledged is in the database, in order, and none that nobody stored
      And the page of "msvc1" is shown at each node, with and without TLS
