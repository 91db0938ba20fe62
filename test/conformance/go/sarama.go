package main

import (
	"context"
	"crypto/sha256"
	"crypto/sha512"
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/IBM/sarama"
	"github.com/xdg-go/scram"
)

type saramaClient struct{}

func (saramaClient) config(work task) *sarama.Config {
	config := sarama.NewConfig()
	config.Version = sarama.V2_8_0_0
	config.Producer.Return.Successes = true
	config.Producer.RequiredAcks = sarama.WaitForAll
	config.Producer.Partitioner = sarama.NewManualPartitioner
	config.Consumer.Offsets.AutoCommit.Enable = false
	config.Consumer.Offsets.Initial = sarama.OffsetOldest
	if work.Codec != "" {
		_ = config.Producer.Compression.UnmarshalText([]byte(work.Codec))
	}
	if work.Idempotent || work.TransactionalID != "" {
		config.Producer.Idempotent = true
		config.Net.MaxOpenRequests = 1
	}
	if work.TransactionalID != "" {
		config.Producer.Transaction.ID = work.TransactionalID
		config.Producer.Retry.Max = 20
	}
	if work.Isolation == "read_committed" {
		config.Consumer.IsolationLevel = sarama.ReadCommitted
	}
	if work.Security != nil {
		config.Net.TLS.Enable = true
		config.Net.TLS.Config = work.tlsConfig()
		config.Net.SASL.Enable = true
		config.Net.SASL.User = work.Security.Username
		config.Net.SASL.Password = work.Security.Password
		config.Net.SASL.Mechanism = sarama.SASLMechanism(work.Security.Mechanism)
		hash := scram.HashGeneratorFcn(sha256.New)
		if work.Security.Mechanism == "SCRAM-SHA-512" {
			hash = sha512.New
		}
		config.Net.SASL.SCRAMClientGeneratorFunc = func() sarama.SCRAMClient { return &scramClient{hash: hash} }
	}
	return config
}

func (c saramaClient) create(work task) (outcome, error) {
	admin, err := sarama.NewClusterAdmin(work.brokers(), c.config(work))
	if err != nil {
		return nil, err
	}
	defer admin.Close()
	detail := &sarama.TopicDetail{NumPartitions: work.Partitions, ReplicationFactor: work.ReplicationFactor}
	return outcome{}, admin.CreateTopic(work.Topic, detail, false)
}

func (c saramaClient) produce(work task) (outcome, error) {
	producer, err := sarama.NewSyncProducer(work.brokers(), c.config(work))
	if err != nil {
		return nil, err
	}
	defer producer.Close()
	messages := make([]*sarama.ProducerMessage, work.Count)
	for index := range messages {
		messages[index] = &sarama.ProducerMessage{
			Topic: work.Topic, Partition: work.Partition,
			Key: sarama.StringEncoder(work.key(index)), Value: sarama.StringEncoder(work.value(index)),
		}
	}
	if err := producer.SendMessages(messages); err != nil {
		return nil, err
	}
	return outcome{"firstOffset": messages[0].Offset}, nil
}

func (c saramaClient) consume(work task) (outcome, error) {
	client, err := sarama.NewClient(work.brokers(), c.config(work))
	if err != nil {
		return nil, err
	}
	defer client.Close()
	offset := int64(0)
	if work.Offset != nil {
		offset = *work.Offset
	}
	if work.TimestampMs != nil {
		if offset, err = client.GetOffset(work.Topic, work.Partition, *work.TimestampMs); err != nil {
			return nil, err
		}
	}
	consumer, err := sarama.NewConsumerFromClient(client)
	if err != nil {
		return nil, err
	}
	reader, err := consumer.ConsumePartition(work.Topic, work.Partition, offset)
	if err != nil {
		return nil, err
	}
	defer reader.Close()
	values := []string{}
	timeout := time.After(30 * time.Second)
	for len(values) < work.Count {
		select {
		case message := <-reader.Messages():
			values = append(values, string(message.Value))
		case <-timeout:
			return nil, fmt.Errorf("only %d of %d records came", len(values), work.Count)
		}
	}
	return outcome{"values": values, "firstOffset": offset}, nil
}

func (c saramaClient) group(work task) (outcome, error) {
	run := &saramaGroup{work: work, owned: map[int][]int32{}}
	ctx, cancel := context.WithTimeout(context.Background(), 90*time.Second)
	defer cancel()
	var members sync.WaitGroup
	for member := range 2 {
		group, err := sarama.NewConsumerGroup(work.brokers(), work.Group, c.config(work))
		if err != nil {
			return nil, err
		}
		members.Add(1)
		go func() {
			defer members.Done()
			defer group.Close()
			for ctx.Err() == nil && !run.isDone() {
				_ = group.Consume(ctx, []string{work.Topic}, saramaMember{run, member})
			}
		}()
	}
	for ctx.Err() == nil && !run.isDone() {
		time.Sleep(50 * time.Millisecond)
	}
	assignments := run.assignments()
	received := len(run.seen())
	cancel()
	members.Wait()
	return outcome{"assignments": assignments, "received": received}, nil
}

func (c saramaClient) committed(work task) (outcome, error) {
	admin, err := sarama.NewClusterAdmin(work.brokers(), c.config(work))
	if err != nil {
		return nil, err
	}
	defer admin.Close()
	answer, err := admin.ListConsumerGroupOffsets(work.Group, nil)
	if err != nil {
		return nil, err
	}
	offsets := map[string]int64{}
	for partition, block := range answer.Blocks[work.Topic] {
		offsets[strconv.Itoa(int(partition))] = block.Offset
	}
	return outcome{"offsets": offsets}, nil
}

func (c saramaClient) admin(work task) (outcome, error) {
	admin, err := sarama.NewClusterAdmin(work.brokers(), c.config(work))
	if err != nil {
		return nil, err
	}
	defer admin.Close()
	if err := admin.CreateTopic(work.Topic, &sarama.TopicDetail{NumPartitions: 2, ReplicationFactor: 1}, false); err != nil {
		return nil, err
	}
	retention := "123456"
	if err := admin.AlterConfig(sarama.TopicResource, work.Topic, map[string]*string{"retention.ms": &retention}, false); err != nil {
		return nil, err
	}
	var read string
	entries, err := admin.DescribeConfig(sarama.ConfigResource{Type: sarama.TopicResource, Name: work.Topic, ConfigNames: []string{"retention.ms"}})
	if err != nil {
		return nil, err
	}
	for _, entry := range entries {
		read = entry.Value
	}
	topics, err := admin.ListTopics()
	if err != nil {
		return nil, err
	}
	detail, listed := topics[work.Topic]
	if err := admin.DeleteTopic(work.Topic); err != nil {
		return nil, err
	}
	return outcome{"listed": listed, "partitions": detail.NumPartitions, "retentionMs": read}, nil
}

// saramaGroup is what the two members of a group have seen together.
type saramaGroup struct {
	mutex   sync.Mutex
	work    task
	owned   map[int][]int32
	records map[string]bool
}

func (g *saramaGroup) assignments() [][]int32 {
	g.mutex.Lock()
	defer g.mutex.Unlock()
	return [][]int32{g.owned[0], g.owned[1]}
}

func (g *saramaGroup) seen() map[string]bool {
	g.mutex.Lock()
	defer g.mutex.Unlock()
	return g.records
}

func (g *saramaGroup) isDone() bool {
	g.mutex.Lock()
	defer g.mutex.Unlock()
	shared := len(g.owned[0])+len(g.owned[1]) == int(g.work.Partitions)
	return len(g.owned[0]) > 0 && len(g.owned[1]) > 0 && shared && len(g.records) >= g.work.Count
}

type saramaMember struct {
	group  *saramaGroup
	member int
}

func (m saramaMember) Setup(session sarama.ConsumerGroupSession) error {
	m.group.mutex.Lock()
	defer m.group.mutex.Unlock()
	m.group.owned[m.member] = session.Claims()[m.group.work.Topic]
	return nil
}

func (saramaMember) Cleanup(sarama.ConsumerGroupSession) error { return nil }

func (m saramaMember) ConsumeClaim(session sarama.ConsumerGroupSession, claim sarama.ConsumerGroupClaim) error {
	for message := range claim.Messages() {
		m.group.mutex.Lock()
		if m.group.records == nil {
			m.group.records = map[string]bool{}
		}
		m.group.records[fmt.Sprintf("%d@%d", message.Partition, message.Offset)] = true
		m.group.mutex.Unlock()
		session.MarkMessage(message, "")
		session.Commit()
	}
	return nil
}

type scramClient struct {
	hash         scram.HashGeneratorFcn
	conversation *scram.ClientConversation
}

func (s *scramClient) Begin(username, password, authzID string) error {
	client, err := s.hash.NewClient(username, password, authzID)
	if err != nil {
		return err
	}
	s.conversation = client.NewConversation()
	return nil
}

func (s *scramClient) Step(challenge string) (string, error) { return s.conversation.Step(challenge) }
func (s *scramClient) Done() bool                            { return s.conversation.Done() }
