Feature: Secrets
  A password or a key opens something else: it is for those whose work needs it, and for nobody who finds a disk.

  Rule: etcd never has a Secret in the clear

    Example: A Secret is stored
      Given a Secret stored on the platform
      Then the Secret can be read by an administrator
      And every Secret that etcd holds is encrypted, that one among them

  Rule: Secrets are read by those whose work needs them

    Example: Who may read Secrets
      Then beside administrators and Kubernetes itself nobody may read Secrets but these
        | who                        | those of                        | why                                            |
        | ingress/ingress-controller | ingress                         | visitors come by TLS to every name             |
        | ingress/traefik            | backing, ingress, microservices | where it is the controller: it begins with them |
