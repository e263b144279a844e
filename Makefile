# Shorthand for those who have make; the work is in the commands themselves.
.PHONY: demo test lint bench fuzz

demo:
	cargo run --release -- demo

test:
	scripts/test

lint:
	cargo fmt --all --check
	cargo clippy --all-targets -- -D warnings

bench:
	cargo bench --bench mail --bench triage

# An hour: twelve minutes for each of the five targets.
fuzz:
	scripts/fuzz 720
