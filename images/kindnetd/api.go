package main

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"time"
)

const (
	account     = "/var/run/secrets/kubernetes.io/serviceaccount/"
	answerLimit = 10 * time.Second
	watchLimit  = 240 // seconds, after which the server ends a watch
)

type nodeObject struct {
	Metadata struct {
		Name            string
		ResourceVersion string
	}
	Spec   struct{ PodCIDR string }
	Status struct {
		Addresses []struct{ Type, Address string }
	}
}

func (n *nodeObject) address() string {
	for _, one := range n.Status.Addresses {
		if one.Type == "InternalIP" {
			return one.Address
		}
	}
	return ""
}

type client struct {
	http *http.Client
	base string
}

func inCluster() (*client, error) {
	authority, err := os.ReadFile(account + "ca.crt")
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(authority) {
		return nil, errors.New("no certificate in " + account + "ca.crt")
	}
	transport := &http.Transport{
		TLSClientConfig:       &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12},
		ResponseHeaderTimeout: answerLimit,
		DialContext:           (&net.Dialer{Timeout: answerLimit, KeepAlive: answerLimit}).DialContext,
	}
	server := net.JoinHostPort(os.Getenv("KUBERNETES_SERVICE_HOST"), os.Getenv("KUBERNETES_SERVICE_PORT"))
	limit := (watchLimit + 30) * time.Second
	return &client{&http.Client{Transport: transport, Timeout: limit}, "https://" + server + "/api/v1/nodes"}, nil
}

func (c *client) get(query string) (io.ReadCloser, error) {
	token, err := os.ReadFile(account + "token") // it is renewed from time to time
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequest(http.MethodGet, c.base+query, nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Authorization", "Bearer "+strings.TrimSpace(string(token)))
	response, err := c.http.Do(request)
	if err != nil {
		return nil, err
	}
	if response.StatusCode != http.StatusOK {
		response.Body.Close()
		return nil, fmt.Errorf("the API server answers %s to %s", response.Status, c.base+query)
	}
	return response.Body, nil
}

func (c *client) list() ([]nodeObject, string, error) {
	body, err := c.get("")
	if err != nil {
		return nil, "", err
	}
	defer body.Close()
	var found struct {
		Metadata struct{ ResourceVersion string }
		Items    []nodeObject
	}
	err = json.NewDecoder(body).Decode(&found)
	return found.Items, found.Metadata.ResourceVersion, err
}

// watch tells of every new or changed node until the server ends the watch.
func (c *client) watch(version string, tell func(nodeObject) error) error {
	body, err := c.get(fmt.Sprintf("?watch=1&timeoutSeconds=%d&resourceVersion=%s", watchLimit, version))
	if err != nil {
		return err
	}
	defer body.Close()
	events := json.NewDecoder(body)
	for {
		var event struct {
			Type   string
			Object nodeObject
		}
		if err := events.Decode(&event); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		switch event.Type {
		case "ADDED", "MODIFIED":
			if err := tell(event.Object); err != nil {
				return err
			}
		case "ERROR":
			return errors.New("the watch is too old: listing again")
		}
	}
}
