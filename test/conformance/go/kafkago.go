package main

import (
	"context"
	"strconv"
	"time"

	"github.com/segmentio/kafka-go"
	"github.com/segmentio/kafka-go/sasl"
	"github.com/segmentio/kafka-go/sasl/scram"
)

type kafkaGoClient struct{}

const kafkaGoTimeout = 60 * time.Second

func (kafkaGoClient) mechanism(work task) sasl.Mechanism {
	algorithm := scram.SHA256
	if work.Security.Mechanism == "SCRAM-SHA-512" {
		algorithm = scram.SHA512
	}
	mechanism, err := scram.Mechanism(algorithm, work.Security.Username, work.Security.Password)
	if err != nil {
		fail(err)
	}
	return mechanism
}

func (c kafkaGoClient) transport(work task) *kafka.Transport {
	transport := &kafka.Transport{}
	if work.Security != nil {
		transport.TLS = work.tlsConfig()
		transport.SASL = c.mechanism(work)
	}
	return transport
}

func (c kafkaGoClient) dialer(work task) *kafka.Dialer {
	dialer := &kafka.Dialer{Timeout: 10 * time.Second}
	if work.Security != nil {
		dialer.TLS = work.tlsConfig()
		dialer.SASLMechanism = c.mechanism(work)
	}
	return dialer
}

func (c kafkaGoClient) client(work task) *kafka.Client {
	return &kafka.Client{Addr: kafka.TCP(work.brokers()...), Transport: c.transport(work), Timeout: kafkaGoTimeout}
}

func (c kafkaGoClient) create(work task) (outcome, error) {
	answer, err := c.client(work).CreateTopics(context.Background(), &kafka.CreateTopicsRequest{Topics: []kafka.TopicConfig{
		{Topic: work.Topic, NumPartitions: int(work.Partitions), ReplicationFactor: int(work.ReplicationFactor)},
	}})
	if err != nil {
		return nil, err
	}
	return outcome{}, answer.Errors[work.Topic]
}

func (c kafkaGoClient) produce(work task) (outcome, error) {
	codecs := map[string]kafka.Compression{"gzip": kafka.Gzip, "snappy": kafka.Snappy, "lz4": kafka.Lz4, "zstd": kafka.Zstd}
	partition := int(work.Partition)
	records := make([]kafka.Record, work.Count)
	for index := range records {
		records[index] = kafka.Record{Key: kafka.NewBytes([]byte(work.key(index))), Value: kafka.NewBytes([]byte(work.value(index)))}
	}
	answer, err := c.client(work).Produce(context.Background(), &kafka.ProduceRequest{
		Topic: work.Topic, Partition: partition, RequiredAcks: kafka.RequireAll,
		Records: kafka.NewRecordReader(records...), Compression: codecs[work.Codec],
	})
	if err != nil {
		return nil, err
	}
	return outcome{"firstOffset": answer.BaseOffset}, answer.Error
}

func (c kafkaGoClient) consume(work task) (outcome, error) {
	ctx, cancel := context.WithTimeout(context.Background(), kafkaGoTimeout)
	defer cancel()
	reader := kafka.NewReader(kafka.ReaderConfig{
		Brokers: work.brokers(), Topic: work.Topic, Partition: int(work.Partition), Dialer: c.dialer(work), MaxWait: 500 * time.Millisecond,
	})
	defer reader.Close()
	if work.TimestampMs != nil {
		if err := reader.SetOffsetAt(ctx, time.UnixMilli(*work.TimestampMs)); err != nil {
			return nil, err
		}
	} else if err := reader.SetOffset(*work.Offset); err != nil {
		return nil, err
	}
	values, first := []string{}, int64(-1)
	for len(values) < work.Count {
		message, err := reader.ReadMessage(ctx)
		if err != nil {
			return nil, err
		}
		if first < 0 {
			first = message.Offset
		}
		values = append(values, string(message.Value))
	}
	return outcome{"values": values, "firstOffset": first}, nil
}

// Readers hide which partitions they own: the generations of ConsumerGroup show it.
func (c kafkaGoClient) group(work task) (outcome, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 90*time.Second)
	defer cancel()
	type claim struct {
		member int
		owned  []int
	}
	claims := make(chan claim, 16)
	received := make(chan string, 1024)
	for member := range 2 {
		group, err := kafka.NewConsumerGroup(kafka.ConsumerGroupConfig{
			ID: work.Group, Brokers: work.brokers(), Topics: []string{work.Topic}, Dialer: c.dialer(work), StartOffset: kafka.FirstOffset,
		})
		if err != nil {
			return nil, err
		}
		defer group.Close()
		go func() {
			for {
				generation, err := group.Next(ctx)
				if err != nil {
					return
				}
				owned := []int{}
				for _, assignment := range generation.Assignments[work.Topic] {
					owned = append(owned, assignment.ID)
					generation.Start(func(ctx context.Context) { c.readPartition(ctx, work, generation, assignment, received) })
				}
				claims <- claim{member, owned}
			}
		}()
	}
	owned := [][]int{{}, {}}
	seen := map[string]bool{}
	for len(owned[0]) == 0 || len(owned[1]) == 0 || len(owned[0])+len(owned[1]) != int(work.Partitions) || len(seen) < work.Count {
		select {
		case latest := <-claims:
			owned[latest.member] = latest.owned
		case record := <-received:
			seen[record] = true
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	return outcome{"assignments": owned, "received": len(seen)}, nil
}

func (c kafkaGoClient) readPartition(ctx context.Context, work task, generation *kafka.Generation, from kafka.PartitionAssignment, received chan<- string) {
	reader := kafka.NewReader(kafka.ReaderConfig{
		Brokers: work.brokers(), Topic: work.Topic, Partition: from.ID, Dialer: c.dialer(work), MaxWait: 500 * time.Millisecond,
	})
	defer reader.Close()
	_ = reader.SetOffset(from.Offset)
	for {
		message, err := reader.ReadMessage(ctx)
		if err != nil {
			return
		}
		if err := generation.CommitOffsets(map[string]map[int]int64{work.Topic: {from.ID: message.Offset + 1}}); err != nil {
			return
		}
		received <- strconv.Itoa(from.ID) + "@" + strconv.FormatInt(message.Offset, 10)
	}
}

func (c kafkaGoClient) committed(work task) (outcome, error) {
	partitions := make([]int, work.Partitions)
	for index := range partitions {
		partitions[index] = index
	}
	answer, err := c.client(work).OffsetFetch(context.Background(), &kafka.OffsetFetchRequest{
		GroupID: work.Group, Topics: map[string][]int{work.Topic: partitions},
	})
	if err != nil {
		return nil, err
	}
	offsets := map[string]int64{}
	for _, partition := range answer.Topics[work.Topic] {
		if partition.CommittedOffset >= 0 {
			offsets[strconv.Itoa(partition.Partition)] = partition.CommittedOffset
		}
	}
	return outcome{"offsets": offsets}, answer.Error
}

func (c kafkaGoClient) admin(work task) (outcome, error) {
	client, ctx := c.client(work), context.Background()
	work.Partitions, work.ReplicationFactor = 2, 1
	if _, err := c.create(work); err != nil {
		return nil, err
	}
	_, err := client.IncrementalAlterConfigs(ctx, &kafka.IncrementalAlterConfigsRequest{
		Resources: []kafka.IncrementalAlterConfigsRequestResource{{
			ResourceType: kafka.ResourceTypeTopic, ResourceName: work.Topic,
			Configs: []kafka.IncrementalAlterConfigsRequestConfig{{Name: "retention.ms", Value: "123456", ConfigOperation: kafka.ConfigOperationSet}},
		}},
	})
	if err != nil {
		return nil, err
	}
	described, err := client.DescribeConfigs(ctx, &kafka.DescribeConfigsRequest{Resources: []kafka.DescribeConfigRequestResource{
		{ResourceType: kafka.ResourceTypeTopic, ResourceName: work.Topic, ConfigNames: []string{"retention.ms"}},
	}})
	if err != nil {
		return nil, err
	}
	metadata, err := client.Metadata(ctx, &kafka.MetadataRequest{Topics: []string{work.Topic}})
	if err != nil {
		return nil, err
	}
	topic := metadata.Topics[0]
	deleted, err := client.DeleteTopics(ctx, &kafka.DeleteTopicsRequest{Topics: []string{work.Topic}})
	if err != nil {
		return nil, err
	}
	return outcome{
		"listed": topic.Error == nil, "partitions": len(topic.Partitions),
		"retentionMs": described.Resources[0].ConfigEntries[0].ConfigValue,
	}, deleted.Errors[work.Topic]
}
