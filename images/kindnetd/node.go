package main

import (
	"encoding/json"
	"fmt"
	"log"
	"os"
	"os/exec"
)

const mtu = 1500

type node struct {
	host     string // its address
	pods     string // the range of all pods
	conflist string
	written  string
	routes   map[string]string
}

// connect does what another node, or this one, needs to reach its pods; it may be told the same again.
func (n *node) connect(other nodeObject) error {
	address, pods := other.address(), other.Spec.PodCIDR
	if address == "" || pods == "" {
		return nil
	}
	if address == n.host {
		return n.configure(pods)
	}
	if n.routes[pods] == address {
		return nil
	}
	if err := run("ip", "route", "replace", pods, "via", address); err != nil {
		return err
	}
	if n.routes == nil {
		n.routes = map[string]string{}
	}
	n.routes[pods] = address
	log.Printf("%s by %s (%s)", pods, address, other.Metadata.Name)
	return nil
}

func (n *node) configure(pods string) error {
	if n.written == pods {
		return nil
	}
	rule := []string{
		"POSTROUTING", "-s", n.pods, "!", "-d", n.pods, "-m", "addrtype", "!", "--dst-type", "LOCAL", "-j", "MASQUERADE",
	}
	if run("iptables", append([]string{"-w", "-t", "nat", "-C"}, rule...)...) != nil {
		if err := run("iptables", append([]string{"-w", "-t", "nat", "-A"}, rule...)...); err != nil {
			return err
		}
	}
	config, err := json.MarshalIndent(plugins(pods), "", "  ")
	if err != nil {
		return err
	}
	draft := n.conflist + ".draft"
	if err := os.WriteFile(draft, config, 0o644); err != nil {
		return err
	}
	if err := os.Rename(draft, n.conflist); err != nil {
		return err
	}
	n.written = pods
	log.Printf("pods of this node: %s", pods)
	return nil
}

func plugins(pods string) map[string]any {
	return map[string]any{
		"cniVersion": "0.3.1",
		"name":       "kindnet",
		"plugins": []any{
			map[string]any{
				"type":   "ptp",
				"ipMasq": false,
				"mtu":    mtu,
				"ipam": map[string]any{
					"type":    "host-local",
					"dataDir": "/run/cni-ipam-state",
					"routes":  []any{map[string]string{"dst": "0.0.0.0/0"}},
					"ranges":  []any{[]any{map[string]string{"subnet": pods}}},
				},
			},
			map[string]any{"type": "portmap", "capabilities": map[string]bool{"portMappings": true}},
		},
	}
}

func run(program string, arguments ...string) error {
	said, err := exec.Command(program, arguments...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s %v: %w: %s", program, arguments, err, said)
	}
	return nil
}
