"""A SoC by LiteX with the component in it, as Verilog: soc.py COMPONENT FILE. COMPONENT is a directory."""

import sys

from litex.build.generic_platform import Pins
from litex.build.io import CRG
from litex.build.sim import SimPlatform
from litex.soc.integration.soc_core import SoCMini

component, file = sys.argv[1:]
sys.path.insert(0, component)

from wafer_core import WaferCore  # noqa: E402, it is where it was written

platform = SimPlatform("SIM", [("sys_clk", 0, Pins(1))])
soc = SoCMini(platform, clk_freq=1_000_000, ident="wafer")
soc.crg = CRG(platform.request("sys_clk"))
soc.add_ram("ram", origin=0x1000_0000, size=1024)
soc.wafer = WaferCore(platform)
soc.wafer.add_to(soc, origin=0x9000_0000)
soc.finalize()
platform.get_verilog(soc, name="soc").write(file)
