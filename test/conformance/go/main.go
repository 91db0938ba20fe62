// One command of the conformance scenarios, done by a Kafka client for Go:
//
//	conformance sarama|kafka-go '{"command": "produce", "bootstrap": "…", …}'
//
// It prints the outcome as one line of JSON; scenarios.ts says what is expected.
package main

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"os"
	"strings"
)

type security struct {
	Mechanism string `json:"mechanism"`
	Username  string `json:"username"`
	Password  string `json:"password"`
	CA        string `json:"ca"`
}

type task struct {
	Command           string    `json:"command"`
	Bootstrap         string    `json:"bootstrap"`
	Topic             string    `json:"topic"`
	Partitions        int32     `json:"partitions"`
	ReplicationFactor int16     `json:"replicationFactor"`
	Partition         int32     `json:"partition"`
	Codec             string    `json:"codec"`
	Idempotent        bool      `json:"idempotent"`
	Count             int       `json:"count"`
	Offset            *int64    `json:"offset"`
	TimestampMs       *int64    `json:"timestampMs"`
	Group             string    `json:"group"`
	TransactionalID   string    `json:"transactionalId"`
	Isolation         string    `json:"isolation"`
	Security          *security `json:"security"`
}

type outcome map[string]any

type client interface {
	create(task) (outcome, error)
	produce(task) (outcome, error)
	consume(task) (outcome, error)
	group(task) (outcome, error)
	committed(task) (outcome, error)
	admin(task) (outcome, error)
}

// Of the two only sarama has transactions.
type transactionalClient interface {
	transact(task) (outcome, error)
}

func main() {
	var work task
	if err := json.Unmarshal([]byte(os.Args[2]), &work); err != nil {
		fail(err)
	}
	clients := map[string]client{"sarama": saramaClient{}, "kafka-go": kafkaGoClient{}}
	chosen := clients[os.Args[1]]
	commands := map[string]func(task) (outcome, error){
		"create": chosen.create, "produce": chosen.produce, "consume": chosen.consume,
		"group": chosen.group, "committed": chosen.committed, "admin": chosen.admin,
	}
	if transactional, able := chosen.(transactionalClient); able {
		commands["transact"] = transactional.transact
	}
	result, err := commands[work.Command](work)
	if err != nil {
		fail(err)
	}
	line, _ := json.Marshal(result)
	fmt.Println(string(line))
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

func (work task) brokers() []string { return strings.Split(work.Bootstrap, ",") }

func (work task) key(index int) string   { return fmt.Sprintf("%s-%d", work.Codec, index) }
func (work task) value(index int) string { return fmt.Sprintf("%s value %d", work.Codec, index) }

func (work task) tlsConfig() *tls.Config {
	certificate, err := os.ReadFile(work.Security.CA)
	if err != nil {
		fail(err)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(certificate)
	return &tls.Config{RootCAs: pool}
}
