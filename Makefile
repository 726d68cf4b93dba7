# What a person types; CI types the same (.ci/run). `make` alone lists the targets.

step := @scripts/step.sh
export PATH := $(CURDIR)/.tools/bin:$(CURDIR)/node_modules/.bin:$(PATH)

help:
	@sed -n 's/^## //p' Makefile

## make demo    the product with a make-believe Azure, at http://127.0.0.1:8080
demo: site
	cargo run --release --package backend --features demo --bin postern-demo

## make dev     the same, rebuilt whenever a file changes
dev:
	@scripts/setup-site.sh
	@scripts/dev.sh

## make test    every test, those in a browser and with real RDP and SSH clients included
test: size
	@scripts/setup-tests.sh
	$(step) scripts/test.sh

## make check   all that is known without running the product: format, lints, docs, dependencies
check: setup-check
	$(step) cargo fmt --all --check
	$(step) shellcheck --external-sources .ci/run scripts/*.sh
	$(step) cargo deny --all-features check bans licenses sources
	$(step) scripts/advisories.sh
	$(step) scripts/copies.sh
	$(step) cargo clippy --workspace --all-targets --all-features -- -D warnings
	$(step) scripts/with-wasm.sh cargo clippy -p frontend -p shared --target wasm32-unknown-unknown -- -D warnings
	$(step) env RUSTDOCFLAGS=-Dwarnings cargo doc --workspace --all-features --no-deps --document-private-items

## make bench   what a first visit downloads, against its budget, and how quick long lists are
bench: site
	@node scripts/site-size.mjs
	@scripts/setup-tests.sh
	$(step) cargo test --workspace --all-features --tests -- --ignored --nocapture measure

## make site    the page, into dist/
modules := connect admin records review office
# Two at a time: while one is made smaller, Cargo compiles the next.
site:
	@scripts/setup-site.sh
	@$(MAKE) --no-print-directory --jobs=2 --output-sync=target $(modules:%=dist/%/index.html.br)

# Only a release build has compressed files; that tells it from what `make dev` leaves in dist/.
dist/%/index.html.br: Cargo.toml Cargo.lock Trunk.toml scripts/compress-site.mjs scripts/shorten-names.mjs scripts/build-site.sh scripts/with-wasm.sh $(shell find frontend shared ! -name office.html ! -name admin.html ! -name records.html ! -name review.html)
	$(step) scripts/build-site.sh $* build --release --cargo-profile site

size: site
	@node scripts/site-size.mjs

setup-check:
	@scripts/setup-site.sh
	@scripts/setup-check.sh

## make clean   away with all that was built; the tools stay
clean:
	cargo clean
	rm -rf dist

.PHONY: help demo dev test check bench site size setup-check clean
