Feature: A growing etcd, and masters that restart
  The members of etcd grow in steps of two, since an even number tolerates no more losses than the odd number below it.
  No machine is added here: that masters themselves grow, and are renewed by another version, is not looked at.

  Rule: Members are added in steps of two

    Example: From three members to five
      Given a note stored on the platform
      When etcd grows by 2 members
      Then etcd has 5 healthy members
      And a majority is 3 of its members
      And the note can still be read

  Rule: Masters are restarted one at a time, and nobody notices

    Example: All masters are restarted in turn
      Given a note stored on the platform
      When the masters are restarted one at a time, while changes are made
      Then changes were accepted all the time, with no gap longer than 10 seconds
      And etcd has 3 healthy members, one on each master
      And the note can still be read
