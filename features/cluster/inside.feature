Feature: The inside of the machines
  What the cluster's API says of a machine is what the machine reports of itself. Whoever answers for the platform also
  wants to know what is found on it.

  Rule: A machine is what its pods count on

    Example: What a machine needs runs, and starts when it boots
      Then "kubelet" and "containerd" run on every machine, and start when it boots

    Example: A member's data lies on its volume
      Then the volume of every member of "mongodb" is mounted at "/data/db" where the member runs

    Example: What is in memory stays there
      Then no machine swaps

    Example: The machines agree on the time
      Then the clock of no machine is off by more than 1 second

  Rule: What opens the platform is for its administrator alone

    Example: The keys that lie on a machine
      Then every private key and every kubeconfig on a machine is readable by its administrator only

  Rule: A machine takes connections where it was agreed, and nowhere else

    Example: The ports of a node
      Then every node takes connections from other machines at these ports, and at no other
        | port  | for                |
        | 80    | visitors           |
        | 443   | visitors, by TLS   |
        | 10250 | the kubelet        |
        | 10256 | the service proxy  |
        | 18080 | the ingress status |

    Example: The ports of a master
      Then every master takes connections from other machines at these ports, and at no other
        | port  | for               |
        | 2379  | etcd              |
        | 2380  | etcd members      |
        | 6443  | the API           |
        | 10250 | the kubelet       |
        | 10256 | the service proxy |
