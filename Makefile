# Shorthand for those who have make; the work is in the commands themselves.
.PHONY: demo test lint

demo:
	cargo run --release -- demo

test:
	scripts/test

lint:
	cargo fmt --all --check
	cargo clippy --all-targets -- -D warnings
