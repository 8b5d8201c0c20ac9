"""Wafer, a core that executes WebAssembly, in a SoC that LiteX builds.

    self.wafer = WaferCore(platform)
    self.wafer.add_to(self, origin=0x9000_0000)

The SoC's processor reaches the registers from `origin` on (wafer_core.h), and gets an interrupt while a call of an
imported function waits for its answer. Programs reach everything that is on the SoC's bus.
"""

from os import path

from migen import ClockSignal, Instance, ResetSignal, Signal

from litex.gen import LiteXModule
from litex.soc.integration.soc import SoCRegion
from litex.soc.interconnect import wishbone
from litex.soc.interconnect.csr_eventmanager import EventManager, EventSourceLevel

# Bytes of the registers' addresses.
SIZE = 64


class WaferCore(LiteXModule):
    """The core with its two buses: `bus` has the registers, `devices` what programs read and write."""

    def __init__(self, platform):
        self.bus = wishbone.Interface(data_width=32, address_width=32, addressing="byte")
        self.devices = wishbone.Interface(data_width=32, address_width=32, addressing="byte")
        # High while something goes on, as in STATUS.
        self.busy = Signal()
        self.ev = EventManager()
        self.ev.waiting = EventSourceLevel(description="A call of an imported function waits for its answer.")
        self.ev.finalize()
        self.specials += Instance(
            "wafer_core",
            i_clock=ClockSignal("sys"),
            i_reset=ResetSignal("sys"),
            i_wbs_cyc_i=self.bus.cyc,
            i_wbs_stb_i=self.bus.stb,
            i_wbs_we_i=self.bus.we,
            i_wbs_adr_i=self.bus.adr[:6],
            i_wbs_dat_i=self.bus.dat_w,
            o_wbs_dat_o=self.bus.dat_r,
            o_wbs_ack_o=self.bus.ack,
            o_wbs_err_o=self.bus.err,
            o_wbm_cyc_o=self.devices.cyc,
            o_wbm_stb_o=self.devices.stb,
            o_wbm_we_o=self.devices.we,
            o_wbm_adr_o=self.devices.adr,
            o_wbm_sel_o=self.devices.sel,
            o_wbm_dat_o=self.devices.dat_w,
            i_wbm_dat_i=self.devices.dat_r,
            i_wbm_ack_i=self.devices.ack,
            i_wbm_err_i=self.devices.err,
            o_waiting=self.ev.waiting.trigger,
            o_busy=self.busy,
        )
        platform.add_source(path.join(path.dirname(path.abspath(__file__)), "wafer_core.v"))

    def add_to(self, soc, origin, name="wafer"):
        """Puts both buses on that of `soc`, with the registers at the address `origin`."""
        soc.bus.add_slave(name, self.bus, SoCRegion(origin=origin, size=SIZE, cached=False))
        soc.bus.add_master(name, self.devices)
