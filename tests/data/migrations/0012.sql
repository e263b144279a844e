UPDATE outbox SET doubts = 1 WHERE state = 'due';
