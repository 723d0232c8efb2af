"""Manifests of a small shop."""

SHOP = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop, namespace: front}
spec:
  template:
    spec:
      containers: [{name: shop, image: "shop:1", env: [{name: DB, value: "postgres://orders.back:5432"}]}]
---
apiVersion: v1
kind: Service
metadata: {name: shop, namespace: front}
spec: {selector: {app: shop}}
"""
ORDERS = """
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: orders, namespace: back}
spec: {template: {spec: {containers: [{name: db, image: "postgres:17"}]}}}
"""
MAILER = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: mailer, namespace: back}
spec: {template: {metadata: {labels: {app: post}}, spec: {containers: [{name: mailer, image: "mailer:1"}]}}}
"""
CONTROLLER = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: router, namespace: front}
spec: {template: {spec: {serviceAccountName: router, containers: [{name: router, image: "router:1"}]}}}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: router}
roleRef: {kind: ClusterRole, name: router, apiGroup: rbac.authorization.k8s.io}
subjects: [{kind: ServiceAccount, name: router, namespace: front}]
"""
QUOTA = """
apiVersion: v1
kind: ResourceQuota
metadata: {name: pods, namespace: front}
spec: {hard: {pods: 10}}
"""
ALL = {"shop": SHOP, "orders": ORDERS, "mailer": MAILER, "router": CONTROLLER, "quota": QUOTA}
