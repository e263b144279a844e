# Shorthand for those who have make; the work is in the commands themselves.
.PHONY: pictures soak demo test lint bench bench-queue properties model backtest-100k fuzz lmtp-load waiting

demo:
	cargo run --release -- demo

test:
	scripts/test

lint:
	cargo fmt --all --check
	cargo clippy --all-targets -- -D warnings

bench:
	cargo bench --bench mail --bench triage

# The properties over another walk, and further: what it finds becomes a golden file.
properties:
	PROPTEST_CASES=5000 PROPTEST_RNG_SEED=$$(date +%s) cargo test --test it property

# The learned model from the examples of rules/model; some seconds.
model:
	cargo run --release -- train --only --out rules/model/weights.txt rules/model/requests.jsonl rules/model/hands.jsonl \
		rules/model/double-asks.jsonl

# 100 000 tickets made, then replayed by a changed rule set; some minutes, most of them to make them.
backtest-100k:
	cargo bench --bench backtest -- 100000

# 100 000 tickets made, then the list and its search asked for over loopback: medians and weights; two minutes.
bench-queue:
	cargo bench --bench queue -- 100000

# An hour: ten minutes for each of the six targets.
fuzz:
	scripts/fuzz 600

# Messages a second over LMTP, with Postfix's load generator (unpacked under target/, not installed).
lmtp-load:
	scripts/lmtp-load

# Two thousand mails while everything breaks, over another walk each day; about half an hour. See docs/reliability.md.
soak:
	GUICHET_SOAK_MAILS=$${GUICHET_SOAK_MAILS:-2000} GUICHET_SOAK_KILLS=$${GUICHET_SOAK_KILLS:-200} \
		GUICHET_SOAK_SEED=$${GUICHET_SOAK_SEED:-$$(date +%Y%m%d)} \
		cargo test --features kill-points --test it soak::a_crowd -- --nocapture --test-threads 1

# Ten thousand mails that wait in a real mailbox, each taken once; tells how long that took.
waiting:
	GUICHET_WAITING=$${GUICHET_WAITING:-10000} cargo test --features kill-points --test it many_waiting -- --nocapture

# The pictures of README and docs/team.md, from the demonstration as it stands; after a page changed.
pictures:
	cargo build
	node scripts/pictures.mjs
