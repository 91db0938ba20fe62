package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/IBM/sarama"
)

// Three records with an offset are committed, two are taken back, one is committed by a successor that fences.
func (c saramaClient) transact(work task) (outcome, error) {
	first, err := sarama.NewSyncProducer(work.brokers(), c.config(work))
	if err != nil {
		return nil, err
	}
	defer first.Close()
	committed := func() error { return c.inTransaction(first, work, "committed", 3, 3, first.CommitTxn) }
	aborted := func() error { return c.inTransaction(first, work, "aborted", 2, 5, first.AbortTxn) }
	leftOpen := func() error {
		if err := first.BeginTxn(); err != nil {
			return err
		}
		return c.sendOne(first, work, "left open")
	}
	for _, step := range []func() error{committed, aborted, leftOpen} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	second, err := sarama.NewSyncProducer(work.brokers(), c.config(work))
	// The coordinator aborts what the first left open; sarama leaves it to the program to ask again.
	for errors.Is(err, sarama.ErrConcurrentTransactions) {
		time.Sleep(20 * time.Millisecond)
		second, err = sarama.NewSyncProducer(work.brokers(), c.config(work))
	}
	if err != nil {
		return nil, err
	}
	defer second.Close()
	if err := second.BeginTxn(); err != nil {
		return nil, err
	}
	if err := c.sendOne(second, work, "committed 3"); err != nil {
		return nil, err
	}
	if err := second.CommitTxn(); err != nil {
		return nil, err
	}
	refusal := first.CommitTxn()
	fenced := errors.Is(refusal, sarama.ErrProducerFenced) || errors.Is(refusal, sarama.ErrInvalidProducerEpoch)
	result, err := c.committed(work)
	if err != nil {
		return nil, err
	}
	result["fenced"] = fenced
	return result, nil
}

func (c saramaClient) inTransaction(
	producer sarama.SyncProducer, work task, word string, count int, offset int64, end func() error,
) error {
	if err := producer.BeginTxn(); err != nil {
		return err
	}
	for index := range count {
		if err := c.sendOne(producer, work, fmt.Sprintf("%s %d", word, index)); err != nil {
			return err
		}
	}
	offsets := map[string][]*sarama.PartitionOffsetMetadata{work.Topic: {{Partition: 0, Offset: offset}}}
	if err := producer.AddOffsetsToTxn(offsets, work.Group); err != nil {
		return err
	}
	return end()
}

func (saramaClient) sendOne(producer sarama.SyncProducer, work task, value string) error {
	_, _, err := producer.SendMessage(&sarama.ProducerMessage{Topic: work.Topic, Value: sarama.StringEncoder(value)})
	return err
}
