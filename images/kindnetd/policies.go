package main

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/cloudnativelabs/kube-router/v2/pkg/controllers/netpol"
	"github.com/cloudnativelabs/kube-router/v2/pkg/healthcheck"
	"github.com/cloudnativelabs/kube-router/v2/pkg/options"
	core "k8s.io/api/core/v1"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	typed "k8s.io/client-go/kubernetes/typed/core/v1"
	"k8s.io/client-go/rest"
)

const (
	syncPeriod = 5 * time.Minute // what a hand has changed in the packet filter is put right
	pulses     = 10              // signs of life that may wait for nobody
)

// enforce has this node's packet filter hold to the network policies, by kube-router's controller, until the program
// ends; pods is the range of all pods.
func enforce(pods string) error {
	config, err := rest.InClusterConfig()
	if err != nil {
		return err
	}
	clients, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	settings := options.NewKubeRouterConfig()
	settings.EnableIPv4 = true
	settings.IPTablesSyncPeriod = syncPeriod
	// What is sent to a service has a pod's address by the time it is judged: kube-proxy has translated it.
	settings.ClusterIPCIDRs = []string{pods}

	never := make(chan struct{})
	factory := informers.NewSharedInformerFactory(clients, 0)
	podInformer := factory.Core().V1().Pods().Informer()
	spaceInformer := factory.Core().V1().Namespaces().Informer()
	policyInformer := factory.Networking().V1().NetworkPolicies().Informer()
	factory.Start(never)
	factory.WaitForCacheSync(never)

	tables, sets, err := netpol.NewIPTablesHandlers(settings)
	if err != nil {
		return err
	}
	var lock sync.Mutex
	controller, err := netpol.NewNetworkPolicyController(
		listing{clients}, settings, podInformer, policyInformer, spaceInformer, &lock, tables, sets)
	if err != nil {
		return err
	}
	if _, err := podInformer.AddEventHandler(controller.PodEventHandler); err != nil {
		return err
	}
	if _, err := spaceInformer.AddEventHandler(controller.NamespaceEventHandler); err != nil {
		return err
	}
	if _, err := policyInformer.AddEventHandler(controller.NetworkPolicyEventHandler); err != nil {
		return err
	}
	pulse := make(chan *healthcheck.ControllerHeartbeat, pulses)
	go func() {
		for range pulse {
		}
	}()
	var running sync.WaitGroup
	running.Add(1)
	controller.Run(pulse, never, &running)
	return nil
}

// listing asks for a node by a list: the account that kind gives its network program may list nodes, and get none.
type listing struct{ kubernetes.Interface }

func (l listing) CoreV1() typed.CoreV1Interface { return listingCore{l.Interface.CoreV1()} }

type listingCore struct{ typed.CoreV1Interface }

func (l listingCore) Nodes() typed.NodeInterface { return listingNodes{l.CoreV1Interface.Nodes()} }

type listingNodes struct{ typed.NodeInterface }

func (l listingNodes) Get(ctx context.Context, name string, _ meta.GetOptions) (*core.Node, error) {
	found, err := l.List(ctx, meta.ListOptions{FieldSelector: "metadata.name=" + name})
	if err != nil {
		return nil, err
	}
	if len(found.Items) != 1 {
		return nil, fmt.Errorf("%d nodes are called %q", len(found.Items), name)
	}
	return &found.Items[0], nil
}
