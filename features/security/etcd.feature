Feature: Who may ask etcd
  All of the platform is in etcd. Whoever asks it past the API is asked for no rights.

  Rule: etcd is asked by its masters only

    Scenario Outline: Somebody comes <how>
      Then every member of etcd turns away whoever comes <how>

      Examples:
        | how                                              |
        | without a certificate                            |
        | with a certificate of her own making             |
        | with an administrator's certificate of the API   |

    Example: A master comes
      Then every member of etcd answers whoever comes with a master's certificate
