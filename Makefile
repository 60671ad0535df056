# SPDX-FileCopyrightText: The rancher-desktop-daemon authors
# SPDX-License-Identifier: Apache-2.0

# `make` alone lists the targets.
.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c

# Where Go is commonly unpacked, for users whose PATH does not know it.
export PATH := $(PATH):/usr/local/go/bin

# A checkout that belongs to somebody else can still be built.
export GOFLAGS := $(GOFLAGS) -buildvcs=false

COUNT ?= 1
SOAK ?= 2m
FUZZ ?= 20s
BENCH ?=
ADOPTION ?=
PROGRAMS ?= tail hostagentevents rdd

# Lima is told its version by the linker: the one in rdd's go.mod.
LIMA_VERSION = $(shell awk '$$1 ~ /lima-vm\/lima\/v2$$/ { print substr($$2, 2); exit }' rdd/go.mod)
LDFLAGS = -s -w -X github.com/lima-vm/lima/v2/pkg/version.Version=$(LIMA_VERSION)

# Lima needs cgo on macOS alone.
CGO := $(if $(filter Darwin,$(shell uname -s)),1,0)

.PHONY: help run test test-wine lint spinout generate tidy bench profile losses soak fuzz build api release-check snapshot \
	adoption upstream-rehearsal clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z%-]+:.*## / { printf "  make %-18s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## start a real Lima hostagent on a guest without a VM, follow its events, ask the guest for a token, stop
	@hack/setup.sh run
	@[ -e bin/run/rdd ] || echo "building rdd (a minute or two the first time)"
	@cd rdd && GOWORK=off CGO_ENABLED=$(CGO) go build -ldflags '$(LDFLAGS)' -o ../bin/run/ ./cmd/rdd
	@exec bin/run/rdd demo

test: ## vet, test with the race detector, compile for other systems, check the repository's rules (COUNT=10: ten times)
	@hack/setup.sh test
	@COUNT=$(COUNT) hack/test.sh

test-%: ## the same with each test N times: make test-10
	@$(MAKE) --no-print-directory test COUNT=$*

# A target of its own, which comes before the pattern.
test-wine: ## the tests of tail and hostagentevents as Windows programs, under Wine, and nxadm/tail in the loop that hangs it
	@hack/setup.sh wine
	@hack/wine.sh

lint: bin/tools/gofumpt bin/tools/golangci-lint ## golangci-lint, gofumpt, actionlint, shellcheck
	@hack/setup.sh lint
	@hack/lint.sh

spinout: bin/tools/golangci-lint ## build, test and lint the committed tail/ alone in an empty folder
	@hack/setup.sh test
	@hack/spinout.sh

generate: ## write anew what is generated: the tests that hold tail/compat to the interfaces of nxadm/tail and hpcloud/tail
	@cd tools && GOWORK=off go run ./compatgen ..

tidy: bin/tools/gofumpt ## go mod tidy and gofumpt, everywhere
	@hack/tidy.sh

bench: ## tail beside other libraries on the same work: tail/bench/RESULTS.md and its pictures (BENCH='-run reading': some, printed alone)
	@hack/setup.sh bench
	@cd tail/bench && GOWORK=off go run . -results . $(BENCH)

profile: ## where the time goes while a file is read, by the iterator and by the channel
	@mkdir -p bin/profile
	@cd tail/bench && for way in iterator channel; do \
		GOWORK=off go test -run '^$$' -bench "Reading/tail/$$way$$" -benchtime 5s \
			-o ../../bin/profile/bench.test -cpuprofile "../../bin/profile/$$way.prof" .; \
		go tool pprof -top -nodecount 20 ../../bin/profile/bench.test "../../bin/profile/$$way.prof"; \
	done

losses: ## what tail, nxadm/tail and GNU tail lose, double, tear or hang on, as tail/bench/LOSSES.md; fails where tail is not at its promises
	@hack/setup.sh test
	@cd tail/bench && { printf '# What is lost\n\nWritten by `make losses`.\n\n'; GOWORK=off go run ./losses -race; } | tee LOSSES.md
	@cd tools && GOWORK=off go test ./rules -run TestLossesInReadme -count=1 -update

soak: ## repeat the tests of tail for longer (SOAK=2m)
	@hack/setup.sh test
	@SOAK=$(SOAK) hack/soak.sh

fuzz: ## fuzz each target of the modules (FUZZ=20s each)
	@hack/setup.sh test
	@FUZZ=$(FUZZ) hack/fuzz.sh

build: ## gotail, hostagentevents and rdd, with the guest agent for real VMs in it, into bin/
	@mkdir -p bin
	@cd tail && GOWORK=off CGO_ENABLED=0 go build -trimpath -ldflags '-s -w' -o ../bin/ ./cmd/gotail
	@cd hostagentevents && GOWORK=off CGO_ENABLED=0 go build -trimpath -ldflags '-s -w' -o ../bin/ ./cmd/hostagentevents
	@cd rdd && GOWORK=off go generate ./internal/guestagent
	@cd rdd && GOWORK=off CGO_ENABLED=$(CGO) go build -trimpath -tags embed_guestagent -ldflags '$(LDFLAGS)' -o ../bin/ ./cmd/rdd
	@echo "built bin/gotail, bin/hostagentevents and bin/rdd"

api: ## accept the interfaces of tail and hostagentevents as they are now: their files api.txt
	@cd tools && GOWORK=off go test ./rules -run TestInterfaces -count=1 -update
	@git status --short -- '*/api.txt'

release-check: bin/tools/goreleaser ## serve the modules as a release would, build outside users of each, check .goreleaser.yaml of each
	@cd tools && GOWORK=off go run ./releasecheck ..
	@bin/tools/goreleaser check --quiet .goreleaser.yaml {tail,hostagentevents}/.goreleaser.yaml

snapshot: bin/tools/goreleaser bin/tools/cyclonedx-gomod ## the archives, packages, SBOMs and checksums of a release, unreleased, in dist/ (PROGRAMS=tail: of one)
	@for program in $(PROGRAMS); do hack/release.sh "$$program" --snapshot; done

adoption: ## put tail under Lima and other programs by one replace line, and run what of them follows logs (ADOPTION=lima: that one)
	@cd tools && GOWORK=off go run ./adoption .. $(ADOPTION)

upstream-rehearsal: ## the committed tail/ under the module path of nxadm/tail: build it, run all its tests there
	@hack/setup.sh test
	@hack/upstream.sh

clean: ## remove what was built
	rm -rf bin dist

# The tools are built at the versions of their go.mod files, the heavy ones from modules of their own.
bin/tools/gofumpt: tools/go.mod tools/go.sum
	@echo "building the tools of tools/go.mod"
	@mkdir -p bin/tools && cd tools && GOWORK=off go build -o ../bin/tools/ tool

bin/tools/golangci-lint: tools/golangci/go.mod tools/golangci/go.sum
	@echo "building golangci-lint (some minutes the first time)"
	@mkdir -p bin/tools && cd tools/golangci && GOWORK=off go build -o ../../bin/tools/ tool

bin/tools/goreleaser: tools/goreleaser/go.mod tools/goreleaser/go.sum
	@echo "building goreleaser (some minutes the first time)"
	@mkdir -p bin/tools && cd tools/goreleaser && GOWORK=off go build -o ../../bin/tools/ tool

bin/tools/cyclonedx-gomod: tools/cyclonedx/go.mod tools/cyclonedx/go.sum
	@echo "building cyclonedx-gomod"
	@mkdir -p bin/tools && cd tools/cyclonedx && GOWORK=off go build -o ../../bin/tools/ tool
