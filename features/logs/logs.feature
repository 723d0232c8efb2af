Feature: Logs in one place
  Whoever looks for the cause of something looks in one place, whichever machine it happened on, and whether a container
  did it or one of the machine's own programs. Pods of one namespace stand for those of all.

  Rule: Every node has a collector

    Example: A ready collector on each member of the cluster
      Then every member of the cluster has a ready collector of logs

    Example: A collector reads what the containers of its node write
      Then every collector of logs mounts the logs of its node
      And every collector of logs is told to send them to "elasticsearch" on port 9200

    Example: A collector that is removed comes back
      When the collector of logs in "eu-west-1c" is removed
      Then every member of the cluster has a ready collector of logs

  Rule: What a container writes is found

    Example: A line is found with the name of its pod
      When a pod writes a line that nobody has written before
      Then the line is found in the logs within 60 seconds, with the name of that pod

    Example: A line from every node
      When a pod on each node writes a line that nobody has written before
      Then each line is found in the logs within 60 seconds, with the name of its pod

    Example: A line that nobody wrote
      Then a line that nobody wrote is not found in the logs

  Rule: What a machine's own programs write is found

    Example: A line from every machine
      When a program on each machine writes a line that nobody has written before
      Then each line is found in the logs within 60 seconds, with the name of its machine

  Rule: Logs can be looked at

    Example: The front end is there
      When a visitor opens the page of "kibana"
      Then the visitor is shown a page
