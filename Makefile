# Everything one does with hark. `make help` lists it.
#
# Whatever asks the system something is expanded only when a recipe runs, after `setup` had its turn:
# on a fresh machine `make run` and `make test` work as the first command.

PREFIX ?= /usr/local
BENCH ?= bench
BENCH_FLAGS ?= --peers dunst@x11,mako --display wayland --rounds 5
FUZZ_SECONDS ?= 300
KILLS ?= 2000
SEED ?=

SWIFT_FLAGS = --explicit-target-dependency-import-check error
TARGET_INFO = $(shell swiftc -print-target-info 2>/dev/null | sed -n 's/.*"$(1)": "\(.*\)".*/\1/p')
EMBEDDED = $(call TARGET_INFO,runtimeResourcePath)/embedded/$(call TARGET_INFO,triple)
# Embedded Swift leaves Unicode's tables and the mathematics library to whoever links.
RELEASE_FLAGS = $(SWIFT_FLAGS) -c release \
  -Xlinker $(EMBEDDED)/libswiftUnicodeDataTables.a -Xlinker -lm -Xlinker --gc-sections
FORMATTED = Package.swift Sources $(wildcard Tests)

# Prerequisites run from left to right, also with `make -j`; swift uses the cores by itself.
.NOTPARALLEL:
.DELETE_ON_ERROR:
.PHONY: build help setup protocols run test test-setup lint debug fuzz torture bench format install uninstall clean

build: ## the programs, as .build/release/harkd and .build/release/hark
	@scripts/setup.sh check
	@$(MAKE) --no-print-directory protocols
	swift build $(RELEASE_FLAGS)
	@scripts/link.sh

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

setup: ## install the system packages that building takes
	@scripts/setup.sh install build

protocols: ## make Wayland's client code from the system's XML
	@scripts/protocols.sh

run: setup build ## start harkd on this session, or on a private bus, and show a notification
	@scripts/run.sh

test: ## all that CI runs
	@scripts/setup.sh install build test
	@$(MAKE) --no-print-directory lint build debug test-setup
	@scripts/check-install.sh
	@scripts/test.sh $(SWIFT_FLAGS)

lint: ## check the format of Swift and shell sources
	swift format lint --strict --parallel --recursive $(FORMATTED)
	@scripts/lint-shell.sh

debug: protocols ## the programs and tests as ordinary Swift
	swift build $(SWIFT_FLAGS) --build-tests

test-setup: ## what the tests take from PyPI and from a Debian package's inside
	@Tests/EndToEnd/test-setup.sh

fuzz: build debug test-setup ## random messages for FUZZ_SECONDS (300)
	HARK_FUZZ_SECONDS=$(FUZZ_SECONDS) swift test $(SWIFT_FLAGS) --filter Fuzz

torture: build debug test-setup ## KILLS (2000) kills of the daemon under load, from SEED where given
	HARK_TORTURE_KILLS=$(KILLS) HARK_TORTURE_SEED=$(SEED) swift test $(SWIFT_FLAGS) --filter Torture

bench: build ## measure against other daemons: make bench BENCH=path/to/bench
	$(BENCH) run --candidate .build/release/harkd $(BENCH_FLAGS)

format: ## put Swift sources into their format
	swift format --in-place --parallel --recursive $(FORMATTED)

install: ## copy what `make build` made below PREFIX (/usr/local), with DESTDIR in front
	@PREFIX='$(PREFIX)' DESTDIR='$(DESTDIR)' scripts/install.sh install

uninstall: ## remove what install copied
	@PREFIX='$(PREFIX)' DESTDIR='$(DESTDIR)' scripts/install.sh uninstall

clean: ## remove what was built
	rm -rf .build Sources/CWayland/generated Sources/CWayland/include/generated
