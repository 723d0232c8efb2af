Feature: A growing etcd, and masters that restart
  The members of etcd grow in steps of two, since an even number tolerates no more losses than the odd number below it.
  No machine is added here: that masters themselves grow is not looked at. How another version comes to them is what
  upgrades say.

  Rule: Members are added in steps of two

    Example: From three members to five
      Given clients that write numbered notes
      When etcd grows by 2 members
      Then etcd has 5 healthy members
      And a majority is 3 of its members
      And every note that was acknowledged is there, in order, and none that nobody wrote

  Rule: Masters are restarted one at a time, and nobody notices

    Example: All masters are restarted in turn
      Given clients that write numbered notes
      When the masters are restarted one at a time
      Then writes were acknowledged all the time, with no gap longer than 10 seconds
      And etcd has 3 healthy members, one on each master
      And every note that was acknowledged is there, in order, and none that nobody wrote
