//! Names that rust-hdl passes on to Verilog and that Verilog or SystemVerilog tools refuse.

/// Keywords of IEEE 1800-2017 that could name a signal or a module. Those with an underscore are left out.
const KEYWORDS: &str = "
    accept alias always and assert assign assume automatic before begin bind bins binsof bit break buf bufif byte case
    casex casez cell chandle checker class clocking cmos config const constraint context continue cover covergroup
    coverpoint cross deassign default defparam design disable dist do edge else end endcase endmodule enum event
    eventually expect export extends extern final for force foreach forever fork forkjoin function generate genvar
    global highz if iff ifnone implements implies import incdir include initial inout input inside instance int integer
    interconnect interface intersect join large let liblist library local localparam logic longint macromodule matches
    medium modport module nand negedge nettype new nexttime nmos nor not notif null or output package packed parameter
    pmos posedge primitive priority program property protected pull pulldown pullup pulse pure rand randc randcase
    randsequence rcmos real realtime ref reg reject release repeat restrict return rnmos rpmos rtran scalared sequence
    shortint shortreal showcancelled signed small soft solve specify specparam static string strong strong0 strong1
    struct super supply0 supply1 table tagged task this throughout time timeprecision timeunit tran tri tri0 tri1
    triand trior trireg type typedef union unique unique0 unsigned until untyped use uwire var vectored virtual void
    wait wand weak weak0 weak1 while wildcard wire with within wor xnor xor
";

pub fn is_keyword(name: &str) -> bool {
    KEYWORDS.split_whitespace().any(|keyword| keyword == name)
}
