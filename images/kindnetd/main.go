// Kindnetd connects the pods of a kind cluster where kind's own program of this name cannot be had.
//
// On each node it writes the CNI configuration for the node's range of pod addresses, keeps a route to the range of
// every other node, and has what leaves the pods' network carry the node's address. The packet filter holds the network
// policies, by kube-router's controller.
package main

import (
	"log"
	"os"
	"time"
)

const retry = time.Second

func main() {
	here := node{host: os.Getenv("HOST_IP"), pods: os.Getenv("POD_SUBNET"), conflist: "/etc/cni/net.d/10-kindnet.conflist"}
	if here.host == "" || here.pods == "" {
		log.Fatal("HOST_IP and POD_SUBNET must be set")
	}
	api, err := inCluster()
	if err != nil {
		log.Fatal(err)
	}
	go func() {
		for {
			log.Print(enforce(here.pods))
			time.Sleep(retry)
		}
	}()
	for {
		// A watch ends now and then by design; the next list tells what was missed.
		if err := follow(api, &here); err != nil {
			log.Print(err)
			time.Sleep(retry)
		}
	}
}

func follow(api *client, here *node) error {
	nodes, version, err := api.list()
	if err != nil {
		return err
	}
	for _, one := range nodes {
		if err := here.connect(one); err != nil {
			return err
		}
	}
	return api.watch(version, here.connect)
}
