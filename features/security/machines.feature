Feature: Disks, and what opens the cloud
  A disk that is thrown away, a copy that is given away and a program that is tricked must not open anything.

  Rule: Whoever has a disk has no data

    Example: Volumes
      Then every volume of the platform is encrypted

    Example: Copies of volumes
      Given a copy of a volume of "mongodb"
      Then every copy of a volume of the platform is encrypted

    Example: What is in the bucket
      Then everything in the team's bucket is encrypted

  Rule: A machine's access to the cloud is for what runs on it

    Example: The machines that run
      Then every machine gives its access away to nobody who cannot open a session first

    Example: The machines that would be started next
      Then every group of machines is set to start machines that ask for a session first
