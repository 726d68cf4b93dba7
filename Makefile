# Everything here also runs in CI (.ci/run). `make` alone lists the targets.
.SUFFIXES:

help:
	@sed -n 's/^## //p' Makefile

## make demo    the product with a make-believe Azure: http://127.0.0.1:8080
demo: site
	cargo run --release -p backend --features demo --bin postern-demo

## make dev     the same, rebuilt whenever a file changes
dev:
	scripts/setup-site.sh
	scripts/dev.sh

## make test    all tests, those in a browser and with real RDP and SSH clients too
test: size
	scripts/setup-tests.sh
	scripts/test.sh

## make check   format, lints, documentation, dependencies, copies; no test is run
check:
	scripts/setup-site.sh
	scripts/setup-check.sh
	scripts/check.sh

## make bench   what a visitor downloads
bench: size

## make site    the page, into dist/
site: dist/index.html.br

# Only a release build compresses, so this file tells it from what `make dev` leaves behind.
dist/index.html.br: Cargo.toml Cargo.lock Trunk.toml scripts/compress-site.mjs $(shell find frontend shared)
	scripts/setup-site.sh
	scripts/with-wasm.sh trunk build --release --cargo-profile site

size: site
	@node scripts/site-size.mjs

## make clean   all that was built; the tools stay
clean:
	cargo clean
	rm -rf dist

.PHONY: help demo dev test check bench site size clean
